// GET /api/export: everything of one signal as lines of OTLP/JSON, each a request that this or any other receiver takes.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { ALL_TIME } from "../store/filter.ts";
import type { ExportRange, Store } from "../store/store.ts";
import { ApiFault, parsed } from "./parameters.ts";

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

/** Each holds a page of some megabytes for as long as its reader takes. */
const EXPORTS_AT_ONCE = 4;

/** A line, and how to go on after it. */
type Page = { line: string | undefined; next: bigint | undefined };

/** `flush` waits until the store has what was acknowledged. */
export function exportRoutes(store: Store, flush: () => Promise<void>): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  let running = 0;
  routes.get("/export", async (context) => {
    const { signal, from, to } = parsed(parameters, context.req.query());
    if (running >= EXPORTS_AT_ONCE) {
      throw new ApiFault(
        429,
        "too_many_exports",
        `${running} exports run already; try again when one has ended.`,
      );
    }
    running++;
    // A request to upgrade has no response of its own.
    (context.env.outgoing ?? context.env.incoming.socket).once("close", () => running--);
    await flush();
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
