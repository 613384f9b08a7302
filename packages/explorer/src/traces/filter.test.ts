import { describe, expect, it } from "vitest";
import type { TraceRow } from "../api/decode-summary.ts";
import { nanos, unixNanos } from "../trace/time.ts";
import { filterTraces, servicesOf } from "./filter.ts";

const row = (start: number, set: Partial<TraceRow> = {}): TraceRow => ({
  traceId: `t${start}`,
  name: "GET /",
  services: ["shop"],
  startUnixNano: unixNanos(BigInt(start)),
  duration: nanos(1),
  spans: 1,
  errors: 0,
  logs: 0,
  status: "unset",
  httpStatus: undefined,
  isRootMissing: false,
  ...set,
});

describe("filterTraces", () => {
  const rows = [
    row(1, { name: "GET /orders", services: ["shop", "mailer"] }),
    row(2, { httpStatus: 502, errors: 3, status: "error" }),
  ];

  it.each([
    ["orders mailer", false, ["t1"]],
    ["ORDERS", false, ["t1"]],
    ["502", false, ["t2"]],
    ["orders 502", false, []],
    ["", true, ["t2"]],
    ["orders", true, []],
    [" ", false, ["t1", "t2"]],
  ])("%s, only errors: %s", (text, onlyErrors, expected) => {
    expect(filterTraces(rows, { text, onlyErrors }).map((r) => r.traceId)).toEqual(expected);
  });

  it("offers each service once", () => {
    expect(servicesOf(rows)).toEqual(["mailer", "shop"]);
  });
});
