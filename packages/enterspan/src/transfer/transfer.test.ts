import { expect, it } from "vitest";
import { linesOf } from "./lines.ts";
import { parseMoment } from "./time.ts";

const NOW = Date.UTC(2026, 10, 26, 12);

it.each([
  ["2026-11-26T10:00Z", BigInt(Date.UTC(2026, 10, 26, 10)) * 1_000_000n],
  ["2026-11-26T10:00:00.5+01:00", BigInt(Date.UTC(2026, 10, 26, 9, 0, 0, 500)) * 1_000_000n],
  ["90m", BigInt(NOW - 90 * 60_000) * 1_000_000n],
  ["0.5d", BigInt(NOW - 43_200_000) * 1_000_000n],
  ["1969-01-01", undefined],
  ["99999999d", undefined],
  ["yesterday", undefined],
  ["24", undefined],
  ["", undefined],
])("reads %j as a moment", (text, nanos) => {
  expect(parseMoment(text, NOW)).toBe(nanos);
});

it("gives whole lines however a stream is cut", async () => {
  const bytes = new TextEncoder().encode("eins\n\nzwei €uro\ndrei");
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    const lines: string[] = [];
    for await (const line of linesOf(chunks())) lines.push(line);
    expect(lines).toEqual(["eins", "zwei €uro", "drei"]);
  }
});
