// GET /api/traces and /api/traces/heatmap: traces as rows, and counted by when they began and how long they took.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import type { InFlight } from "../in-flight/in-flight.ts";
import { listWithInFlight } from "../in-flight/views.ts";
import { searchConditions } from "../query/search/index.ts";
import { ALL_TIME, type Condition } from "../store/filter.ts";
import type { Store, TracePosition } from "../store/store.ts";
import type { TraceSelection } from "../store/trace-queries.ts";
import type { TraceHeatmapResponse, TraceListResponse } from "./contract.ts";
import { parsed } from "./parameters.ts";
import { wireSummary } from "./wire-trace.ts";

const MAX_TRACES = 1000;
const LAST_MS = Number(ALL_TIME.toUnixNano / 1_000_000n);
const MAX_BUCKETS = 1000;
/** Each is a third longer than the one below: as fine as a picture of some 20 rows shows. */
const LEVELS_PER_DECADE = 8;

const milliseconds = z.coerce.number("must be milliseconds since 1970").min(0);

const selection = {
  service: z.string().min(1, "must not be empty").optional(),
  search: z.string().optional(),
  errors: z.literal("1", 'must be "1", or be left out').optional(),
  took: z
    .string()
    .regex(/^\d{1,18}-\d{1,18}$/, "must be two durations in nanoseconds, such as 1000000-5000000")
    .transform((text) => {
      const [from, to] = text.split("-") as [string, string];
      return { fromNano: BigInt(from), toNano: BigInt(to) };
    })
    .optional(),
};

const listParameters = z
  .object({
    ...selection,
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
    sort: z.enum(["duration", "spans", "errors", "logs"]).optional(),
    from: milliseconds.optional(),
    to: milliseconds.optional(),
  })
  .refine(({ sort, before }) => sort === undefined || before === undefined, {
    message: "goes with the order of time alone; leave it or sort out",
    path: ["before"],
  })
  .refine(({ sort, from, to }) => sort !== undefined || (from === undefined && to === undefined), {
    message: "goes with sort; without it, before says where a page begins",
    path: ["from"],
  });

const heatmapParameters = z
  .object({
    ...selection,
    from: milliseconds,
    to: milliseconds,
    buckets: z.coerce.number().int().min(1).max(MAX_BUCKETS).default(90),
  })
  .refine(({ from, to }) => from < to, { message: "must be earlier than to", path: ["from"] });

export function traceListRoutes(store: Store, inFlight: InFlight): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.get("/", async (context) => {
    const { limit, before, sort, from, to, ...given } = parsed(listParameters, context.req.query());
    if (sort !== undefined) {
      const period = { fromUnixNano: nanos(from ?? 0), toUnixNano: nanos(to ?? LAST_MS) };
      const traces = await store.topTraces({
        figure: sort,
        limit,
        ...period,
        ...selectionOf(given, period.fromUnixNano),
      });
      return context.json<TraceListResponse>({ traces: traces.map(wireSummary) });
    }
    const asked = selectionOf(given);
    const rows = await store.listTraces({ limit, ...(before && { before }), ...asked });
    // How a trace ends is known when it has; pages that come later are of what is stored.
    const isEnded = given.errors || given.took;
    const page = { rows, limit, where: asked.where?.conditions };
    const now = BigInt(Date.now()) * 1_000_000n;
    const traces = before === undefined && !isEnded ? listWithInFlight(page, inFlight.all(), now) : rows;
    return context.json<TraceListResponse>({ traces: traces.map(wireSummary) });
  });

  routes.get("/heatmap", async (context) => {
    const { from, to, buckets, ...given } = parsed(heatmapParameters, context.req.query());
    const bucketMs = Math.max(1, Math.ceil((Math.min(to, LAST_MS) - Math.min(from, LAST_MS)) / buckets));
    const [fromUnixNano, toUnixNano] = [nanos(from), nanos(to)];
    const cells = await store.countTraces({
      fromUnixNano,
      toUnixNano,
      bucketNano: BigInt(bucketMs) * 1_000_000n,
      levelsPerDecade: LEVELS_PER_DECADE,
      ...selectionOf(given, fromUnixNano),
    });
    return context.json<TraceHeatmapResponse>({
      bucketMs,
      levelsPerDecade: LEVELS_PER_DECADE,
      cells: cells.map(({ startUnixNano, ...cell }) => ({
        startMs: Number(startUnixNano / 1_000_000n),
        ...cell,
      })),
    });
  });
  return routes;
}

type Selection = z.infer<z.ZodObject<typeof selection>>;

/** @param fromUnixNano before which no event of these traces lies */
function selectionOf({ service, search, errors, took }: Selection, fromUnixNano = 0n): TraceSelection {
  const conditions = [
    ...(service === undefined ? [] : [ofService(service)]),
    ...(search?.trim() ? [searchConditions(search)] : []),
  ];
  return {
    ...(conditions.length > 0 && {
      where: { ...ALL_TIME, fromUnixNano, conditions: { combine: "all", conditions } },
    }),
    ...(errors && { hasErrors: true }),
    ...(took && { took }),
  };
}

const nanos = (ms: number): bigint => BigInt(Math.floor(Math.min(ms, LAST_MS))) * 1_000_000n;

const ofService = (value: string): Condition => ({
  field: { property: "service" },
  operation: "eq",
  type: "string",
  value,
});
