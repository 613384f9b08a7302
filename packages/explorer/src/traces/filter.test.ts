import { expect, it } from "vitest";
import type { TraceRow } from "../api/decode-summary.ts";
import { nanos, unixNanos } from "../trace/time.ts";
import { servicesOf } from "./filter.ts";

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
  isInFlight: false,
  ...set,
});

const rows = [row(1, { services: ["shop", "mailer"] }), row(2)];

it("offers each service once", () => {
  expect(servicesOf(rows)).toEqual(["mailer", "shop"]);
});
