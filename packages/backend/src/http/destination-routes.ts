// Destinations through Cloudflare's API: made, listed, changed and deleted as `client.workers.observability.destinations`
// declares it. Values of headers go in and never come out.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { deliver } from "../forward/delivery.ts";
import {
  type DestinationSettings,
  destinationHeaders,
  destinationName,
  destinationOf,
  destinationSettings,
  destinationUrl,
  slugOf,
} from "../forward/destination.ts";
import type { Forwarder, Forwarding } from "../forward/forwarder.ts";
import { QueryFault } from "../query/fault.ts";
import { ApiFault } from "./parameters.ts";
import { type Envelope, jsonOf } from "./telemetry-routes.ts";

const DESTINATIONS = "/accounts/:accountId/workers/observability/destinations";

/** In place of a header's value; sent back, it leaves the value as it is. */
const HIDDEN = "********";

const configuration = z.object({
  type: z.literal("logpush"),
  url: destinationUrl,
  headers: destinationHeaders.default({}),
});

const createBody = z.object({
  name: destinationName,
  enabled: z.boolean(),
  skipPreflightCheck: z.boolean().default(false),
  configuration: configuration.extend({
    logpushDataset: z.enum(["opentelemetry-traces", "opentelemetry-logs"], {
      error: "must be opentelemetry-traces or opentelemetry-logs: this server has no metrics",
    }),
  }),
});

const updateBody = z.object({ enabled: z.boolean(), configuration });

const listQuery = z.object({
  order: z.enum(["asc", "desc"]).default("desc"),
  orderBy: z.enum(["created", "updated"]).default("created"),
  page: z.coerce.number().int().min(1).default(1),
  perPage: z.coerce.number().int().min(1).max(1000).default(100),
});

/** As the client declares what `list` gives; `create`, `update` and `delete` give some of it, and `logpushJob`. */
export interface DestinationResult {
  name: string;
  slug: string;
  enabled: boolean;
  /** Services whose telemetry it gets. */
  scripts: string[];
  configuration: {
    type: "logpush";
    url: string;
    /** The same. */
    destination_conf: string;
    logpushDataset: "opentelemetry-traces" | "opentelemetry-logs";
    /** There is no such job: 0. */
    logpushJob: number;
    /** Names alone. */
    headers: Record<string, string>;
    /** Empty where there is nothing to say, times in ISO 8601. */
    jobStatus: { error_message: string; last_complete: string; last_error: string };
  };
}

export function destinationRoutes(forwarder: Forwarder): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  const resultOf = (slug: string) => ok(describe(existing(forwarder, slug)));

  routes.get(DESTINATIONS, (context) => {
    const { order, orderBy, page, perPage } = parsed(listQuery, context.req.query());
    const at = orderBy === "created" ? "createdMs" : "updatedMs";
    const sign = order === "asc" ? 1 : -1;
    const all = forwarder.list().sort((a, b) => sign * (a[at] - b[at]) || (a.slug < b.slug ? -1 : 1));
    const result = all.slice((page - 1) * perPage, page * perPage).map(describe);
    const result_info = { page, per_page: perPage, count: result.length, total_count: all.length };
    return context.json<Envelope<DestinationResult[]>>({ ...ok(result), result_info });
  });

  routes.post(DESTINATIONS, async (context) => {
    const body = parsed(createBody, await jsonOf(context.env));
    const { name, enabled, skipPreflightCheck } = body;
    const slug = slugOf(name);
    assertFree(forwarder, name);
    const { url, headers, logpushDataset } = body.configuration;
    const settings: DestinationSettings = {
      ...(logpushDataset === "opentelemetry-traces" ? { tracesUrl: url } : { logsUrl: url }),
      headers,
      enabled,
    };
    if (!skipPreflightCheck) await preflight(name, settings);
    // Somebody else may have taken it meanwhile.
    assertFree(forwarder, name);
    await forwarder.create(name, settings);
    return context.json(resultOf(slug));
  });

  routes.patch(`${DESTINATIONS}/:slug`, async (context) => {
    const slug = context.req.param("slug");
    const { enabled, configuration } = parsed(updateBody, await jsonOf(context.env));
    const { destination } = changeable(forwarder, slug).sender;
    const headers = Object.entries(configuration.headers).map(([name, value]) => [
      name,
      value === HIDDEN ? (destination.headers[name] ?? value) : value,
    ]);
    await forwarder.update(slug, {
      ...(destination.urls.traces ? { tracesUrl: configuration.url } : { logsUrl: configuration.url }),
      headers: Object.fromEntries(headers) as Record<string, string>,
      enabled,
    });
    return context.json(resultOf(slug));
  });

  routes.delete(`${DESTINATIONS}/:slug`, async (context) => {
    const slug = context.req.param("slug");
    const result = describe(changeable(forwarder, slug));
    await forwarder.delete(slug);
    return context.json(ok(result));
  });
  return routes;
}

const ok = <Result>(result: Result): Envelope<Result> => ({
  success: true,
  errors: [],
  messages: [],
  result,
});

function describe({ slug, sender, services }: Forwarding): DestinationResult {
  const { name, enabled, urls, headers } = sender.destination;
  const { lastFailure, lastFailureMs, lastSentMs } = sender.status;
  const url = urls.traces ?? urls.logs ?? "";
  return {
    name,
    slug,
    enabled,
    scripts: services,
    configuration: {
      type: "logpush",
      url,
      destination_conf: url,
      logpushDataset: urls.traces === undefined ? "opentelemetry-logs" : "opentelemetry-traces",
      logpushJob: 0,
      headers: Object.fromEntries(Object.keys(headers).map((header) => [header, HIDDEN])),
      jobStatus: {
        error_message: lastFailure ?? "",
        last_complete: timeOf(lastSentMs),
        last_error: timeOf(lastFailureMs),
      },
    },
  };
}

const timeOf = (ms: number | undefined) => (ms === undefined ? "" : new Date(ms).toISOString());

function existing(forwarder: Forwarder, slug: string): Forwarding {
  const found = forwarder.find(slug);
  if (found) return found;
  throw new ApiFault(404, "destination_not_found", `There is no destination ${slug}.`);
}

function changeable(forwarder: Forwarder, slug: string): Forwarding {
  const found = existing(forwarder, slug);
  const { source } = found.sender.destination;
  if (source === "api") return found;
  const where = source === "settings" ? "the server's settings file" : "the server's environment";
  throw new ApiFault(
    409,
    "destination_fixed",
    `Destination ${slug} is defined in ${where}: change it there.`,
  );
}

function assertFree(forwarder: Forwarder, name: string): void {
  const taken = forwarder.find(slugOf(name))?.sender.destination.name;
  if (taken === undefined) return;
  throw new ApiFault(
    409,
    "destination_exists",
    `There is a destination ${taken} already: names must differ in letters or digits.`,
  );
}

/** An empty request, which every receiver takes, shows a wrong address or token at once. */
async function preflight(name: string, settings: DestinationSettings): Promise<void> {
  const destination = destinationOf(name, destinationSettings.parse(settings), "api");
  const signal = destination.urls.traces === undefined ? "logs" : "traces";
  const outcome = await deliver(destination, signal, new Uint8Array(), new AbortController().signal);
  if (outcome.kind === "delivered") return;
  throw new QueryFault(
    `The destination did not take an empty request: ${outcome.reason}. Mend its url or headers, or set skipPreflightCheck.`,
  );
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new QueryFault(`${issue?.path.join(".") || "The body"}: ${issue?.message ?? "is not valid"}`);
}
