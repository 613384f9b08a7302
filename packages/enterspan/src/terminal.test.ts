import { expect, it } from "vitest";
import { formatDuration, printable } from "./terminal.ts";

const START = 1_790_000_000_000_000_000n;

it.each([
  [START, 0n, "<1 ms"],
  [START, 2_000_000n, "2 ms"],
  [START, 840n, "840 ns"],
  [START + 417n, 0n, "0 ns"],
  [START, 12_345n, "12.3 µs"],
  [START, 999_999n, "1 ms"],
  [START, 1_234_000_000n, "1.23 s"],
])("formats %d + %d ns as %s", (start, duration, text) => {
  expect(formatDuration(start, start + duration)).toBe(text);
});

it("lets no name control the terminal", () => {
  expect(printable("a\u001b[2Jb\nc\u009bd\u007f é")).toBe("a\ufffd[2Jb\ufffdc\ufffdd\ufffd é");
});
