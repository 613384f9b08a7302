// Thresholds as OpenTelemetry's probability sampling writes them, and counts that stay right by them.

import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomnessOf, thresholdOf, withThreshold } from "./threshold.ts";

test.each([
  [1, "ot=th:0"],
  [0.5, "ot=th:8"],
  [0.25, "ot=th:c"],
  [1 / 16, "ot=th:f"],
  [0.1, "ot=th:e66666"],
])("a share of %d is %s", (share, traceState) => {
  expect(withThreshold("", thresholdOf(share))).toBe(traceState);
});

test.each([
  ["vendor=1", "ot=th:8,vendor=1"],
  ["a=1, ot=rv:0123456789abcd ,b=2", "ot=th:8;rv:0123456789abcd,a=1,b=2"],
  ["ot=th:4;rv:0123456789abcd", "ot=th:8;rv:0123456789abcd"],
  // Kept at the head with a lower share already: that is how many it stands for.
  ["ot=th:c", "ot=th:c"],
  ["ot=th:nonsense", "ot=th:8"],
  ["not=th:f", "ot=th:8,not=th:f"],
])("%s becomes %s at one half", (before, after) => {
  expect(withThreshold(before, thresholdOf(0.5))).toBe(after);
});

test("randomness is the end of the trace id, or what the trace state gives", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  expect(randomnessOf(traceId, "")).toBe(0xce929d0e0e4736n);
  expect(randomnessOf(traceId, "x=1,ot=th:8;rv:00000000000001")).toBe(1n);
  expect(randomnessOf(traceId, "ot=rv:1")).toBe(0xce929d0e0e4736n);
});

test("whatever the trace state, its other members stay, and it is the same when done again", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,3}=[a-z0-9:;]{0,8}$/), { maxLength: 5 }), (members) => {
      const before = members.join(",");
      const after = withThreshold(before, thresholdOf(0.3));
      expect(withThreshold(after, thresholdOf(0.3))).toBe(after);
      const others = (state: string) =>
        state.split(",").filter((member) => member && !member.startsWith("ot="));
      expect(others(after)).toEqual(others(before));
    }),
  );
});

test("kept traces, each counted for as many as its threshold says, are about as many as there were", () => {
  const threshold = thresholdOf(0.2);
  const total = 20_000;
  let kept = 0;
  for (let count = 0; count < total; count++) {
    if (randomnessOf(randomBytes(16).toString("hex"), "") >= threshold) kept++;
  }
  const each = 2 ** 56 / Number(2n ** 56n - threshold);
  expect(Math.abs(kept * each - total)).toBeLessThan(total * 0.1);
});
