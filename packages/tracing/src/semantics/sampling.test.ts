// Sampling and logs (semantics.md, "Sampling", "Logs"): spans and logs have a switch and a rate each. The decision itself is tested in
// invocation.test.ts, its configuration in config.test.ts and in the system tests of the command line.
import { expect, test, vi } from "vitest";
import { captureConsole } from "../logs.ts";
import { active, tracing } from "../process.ts";
import type { RemoteSpan } from "../propagation.ts";
import { record } from "../recorder.fixture.ts";
import { isSampled, sampledState } from "../sampling.ts";

const print = vi.spyOn(console, "log").mockReturnValue();
captureConsole(console, active);

const program = () =>
  tracing.enterSpan("a", (span) => {
    console.log("printed");
    return span.isTraced;
  });

test("logs are switched off apart from spans, and printed all the same", async () => {
  print.mockClear();
  for (const logs of [{ enabled: false }, { headSamplingRate: 0 }]) {
    const recording = await record(program, { logs });
    expect(recording.spans.map(({ name }) => name)).toEqual(["root", "a"]);
    expect(recording.logs).toEqual([]);
  }
  expect(print.mock.calls).toEqual([["printed"], ["printed"]]);
});

test("spans are switched off apart from logs, which still say where they belong", async () => {
  for (const traces of [{ enabled: false }, { headSamplingRate: 0 }]) {
    const { result, spans, logs } = await record(program, { traces });
    expect(result).toEqual({ status: "fulfilled", value: false });
    expect(spans).toEqual([]);
    expect(logs).toMatchObject([
      {
        traceId: expect.stringMatching(/^(?!0+$)[0-9a-f]{32}$/),
        spanId: expect.stringMatching(/^(?!0+$)[0-9a-f]{16}$/),
      },
    ]);
  }
});

test("services at one rate keep the same traces, by the low 56 bits of the trace id alone", () => {
  const half = "80000000000000";
  expect(isSampled(`${"0".repeat(18)}${half}`, 0.5)).toBe(true);
  expect(isSampled(`${"f".repeat(18)}7fffffffffff00`, 0.5)).toBe(false);
  expect(isSampled("f".repeat(32), 0)).toBe(false);
  expect(isSampled("0".repeat(32), 1)).toBe(true);
});

test("a sampled trace says how many it stands for, in its trace state, where others did not begin it", async () => {
  // Of 2^56 traces those below the threshold are dropped: three quarters, half, and next to all.
  expect([0.25, 0.5, 1, 1e-12].map(sampledState)).toEqual(["ot=th:c", "ot=th:8", "", "ot=th:ffffff"]);
  const traceId = "f".repeat(32);
  const at = async (traces: { headSamplingRate: number }, parent?: RemoteSpan) => {
    for (;;) {
      const { spans } = await record(program, { traces }, parent && { context: { parent } });
      if (spans.length > 0) return spans.map(({ traceState }) => traceState);
    }
  };
  expect(await at({ headSamplingRate: 0.5 })).toEqual(["ot=th:8", ""]);
  expect(await at({ headSamplingRate: 1 })).toEqual(["", ""]);
  const parent = { traceId, spanId: "1".repeat(16), sampled: true, traceState: "a=b" };
  expect(await at({ headSamplingRate: 0.5 }, parent)).toEqual(["a=b", ""]);
});

test("logs are kept or not by the trace's own id", async () => {
  for (const [digit, kept] of [
    ["f", 1],
    ["0", 0],
  ] as const) {
    const parent = { traceId: `1${digit.repeat(31)}`, spanId: "1".repeat(16), sampled: true, traceState: "" };
    for (let i = 0; i < 20; i++) {
      const { logs } = await record(program, { logs: { headSamplingRate: 0.5 } }, { context: { parent } });
      expect(logs).toHaveLength(kept);
    }
  }
});

test("the console's methods run on their console, with levels of OpenTelemetry", async () => {
  const seen: unknown[] = [];
  const fake = {} as Console;
  const levels = ["debug", "info", "log", "warn", "error"] as const;
  for (const level of levels) {
    fake[level] = function (this: unknown, ...args: unknown[]) {
      seen.push(this === fake, ...args);
    };
  }
  captureConsole(fake, active);
  const { logs } = await record(() => {
    for (const level of levels) fake[level](level);
  });
  expect(seen).toEqual(levels.flatMap((level) => [true, level]));
  expect(logs.map(({ severityNumber, severityText }) => [severityNumber, severityText])).toEqual([
    [5, "DEBUG"],
    [9, "INFO"],
    [9, "INFO"],
    [13, "WARN"],
    [17, "ERROR"],
  ]);
});
