// GET /api/export: everything of one signal as lines of OTLP/JSON, each a request that this or any other receiver takes.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { ALL_TIME } from "../store/filter.ts";
import type { ExportRange, Store } from "../store/store.ts";
import { parsed } from "./parameters.ts";

const nanos = z
  .string()
  .regex(/^\d{1,19}$/, "must be nanoseconds since 1970 as decimal digits")
  .transform(BigInt)
  .refine((value) => value <= ALL_TIME.toUnixNano, "must not be beyond 2262");

const parameters = z.object({
  signal: z.enum(["traces", "logs"], "must be traces or logs"),
  from: nanos.default(ALL_TIME.fromUnixNano),
  to: nanos.default(ALL_TIME.toUnixNano),
});

/** A line, and how to go on after it. */
type Page = { line: string | undefined; next: bigint | undefined };

export function exportRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/export", async (context) => {
    const { signal, from, to } = parsed(parameters, context.req.query());
    const read = (range: ExportRange) =>
      signal === "traces" ? tracesPage(store, range) : logsPage(store, range);
    // The first page is read before the answer begins: a store that is away is then an error, not an empty export.
    const first = await read({ fromUnixNano: from, toUnixNano: to });
    return context.body(
      linesFrom(first, (fromUnixNano) => read({ fromUnixNano, toUnixNano: to })),
      200,
      {
        "content-type": "application/jsonl",
      },
    );
  });
  return routes;
}

async function tracesPage(store: Store, range: ExportRange): Promise<Page> {
  const { data, records, next } = await store.exportSpans(range);
  return { line: records === 0 ? undefined : encodeTracesJson(data), next };
}

async function logsPage(store: Store, range: ExportRange): Promise<Page> {
  const { data, records, next } = await store.exportLogs(range);
  return { line: records === 0 ? undefined : encodeLogsJson(data), next };
}

/** Reads a page when the one before has been taken. A fault cuts the stream off, so that no half is taken for the whole. */
function linesFrom(first: Page, read: (fromUnixNano: bigint) => Promise<Page>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page: Page | undefined = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (page) {
          const { line, next }: Page = page;
          page = next === undefined ? undefined : await read(next);
          if (line === undefined) continue;
          controller.enqueue(encoder.encode(`${line}\n`));
          return;
        }
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
