import { expect, it } from "vitest";
import { unixNanos } from "./time.ts";
import { formatDay } from "./wall-time.ts";

it("says no more of the day than the reader needs", () => {
  const day = (date: string) =>
    formatDay(unixNanos(BigInt(Date.parse(date)) * 1_000_000n), new Date("2026-11-23T12:00:00"));
  expect(day("2026-11-23T10:00:00")).toBe("");
  expect(day("2026-11-02T10:00:00")).toBe("02 Nov");
  expect(day("2025-11-23T10:00:00")).toBe("23 Nov 2025");
});
