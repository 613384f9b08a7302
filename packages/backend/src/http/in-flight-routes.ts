// POST /api/in-flight: a tracer's word of an invocation that goes on, as OTLP/JSON whose open spans have no end.

import { OtlpDecodeError, OtlpTooLargeError } from "@enterspan/otlp";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { type InFlight, ReportError } from "../in-flight/in-flight.ts";
import { readBody } from "../ingest/body.ts";
import { ApiFault } from "./parameters.ts";

export function inFlightRoutes(inFlight: InFlight): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.post("/", async (context) => {
    const body = await readBody(context.env.incoming);
    try {
      inFlight.report(body);
    } catch (error) {
      const isSendersFault =
        error instanceof OtlpDecodeError ||
        error instanceof OtlpTooLargeError ||
        error instanceof ReportError;
      if (isSendersFault) throw new ApiFault(400, "invalid_report", error.message);
      throw error;
    }
    return context.body(null, 204);
  });
  return routes;
}
