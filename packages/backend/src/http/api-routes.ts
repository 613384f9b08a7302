// Our own routes under /api, as contract.ts describes them: the trace list, one trace, services, live changes.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { ALL_TIME } from "../store/filter.ts";
import type { Store, TraceListQuery, TracePosition } from "../store/store.ts";
import type { ApiError, ServicesResponse, TraceListResponse } from "./contract.ts";
import type { Live } from "./live.ts";
import { OPENAPI } from "./openapi.ts";
import { wireSummary, wireTrace } from "./wire-trace.ts";

/** An `ApiError` with its status; thrown by handlers, answered by app.ts. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly status: 400 | 404 | 409;
  readonly code: string;

  constructor(status: 400 | 404 | 409, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const apiError = (code: string, message: string): ApiError => ({ error: { code, message } });

const MAX_TRACES = 1000;

const listParameters = z.object({
  limit: z.coerce
    .number(`must be a number from 1 to ${MAX_TRACES}`)
    .int()
    .min(1)
    .max(MAX_TRACES)
    .default(100),
  before: z
    .string()
    .regex(
      /^\d{1,19}(-[0-9a-fA-F]{32})?$/,
      "must be nanoseconds since 1970 as decimal digits, with or without -<traceId> of the last trace seen",
    )
    .transform((text): TracePosition => {
      const [nanos, traceId] = text.split("-") as [string, string?];
      return { startUnixNano: BigInt(nanos), ...(traceId && { traceId: traceId.toLowerCase() }) };
    })
    .refine(({ startUnixNano }) => startUnixNano < ALL_TIME.toUnixNano, "must be below 2^63")
    .optional(),
  service: z.string().min(1, "must not be empty").optional(),
});

const traceIdParameter = z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits");

function parsed<T>(schema: z.ZodType<T>, value: unknown, name = ""): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = [name, ...(issue?.path ?? [])].filter(Boolean).join(".");
  throw new ApiFault(400, "invalid_parameter", `${place}: ${issue?.message ?? "is not valid"}`);
}

export function apiRoutes(store: Store, live: Live): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.get("/traces", async (context) => {
    const { limit, before, service } = parsed(listParameters, context.req.query());
    const query: TraceListQuery = {
      limit,
      ...(before && { before }),
      ...(service !== undefined && { where: ofService(service) }),
    };
    const traces = await store.listTraces(query);
    return context.json<TraceListResponse>({ traces: traces.map(wireSummary) });
  });

  routes.get("/traces/:traceId", async (context) => {
    const traceId = parsed(traceIdParameter, context.req.param("traceId"), "traceId").toLowerCase();
    const trace = await store.getTrace(traceId);
    if (!trace) throw new ApiFault(404, "trace_not_found", `Nothing is stored of trace ${traceId}.`);
    return context.json(wireTrace(traceId, trace));
  });

  routes.get("/services", async (context) => {
    const services = await store.listServices();
    return context.json<ServicesResponse>({
      services: services.map(({ name, lastSeenUnixNano }) => ({
        name,
        lastSeenUnixNano: String(lastSeenUnixNano),
      })),
    });
  });

  routes.get("/live", (context) => {
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    // HEAD comes here as well, and nobody would read or end its stream.
    if (context.req.method === "HEAD") return context.body(null, 200, headers);
    return context.body(live.stream(), 200, headers);
  });

  routes.get("/openapi.json", (context) => context.json(OPENAPI));

  routes.all("*", (context) => {
    throw new ApiFault(
      404,
      "not_found",
      `There is no ${context.req.method} ${context.req.path}; see /api/openapi.json.`,
    );
  });
  return routes;
}

const ofService = (service: string) => ({
  ...ALL_TIME,
  conditions: {
    combine: "all" as const,
    conditions: [
      {
        field: { property: "service" as const },
        operation: "eq" as const,
        type: "string" as const,
        value: service,
      },
    ],
  },
});
