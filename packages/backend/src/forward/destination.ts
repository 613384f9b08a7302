// A destination: where telemetry goes on to, by name. What a settings file, the environment and the API each say of one is
// brought into this form; secrets are taken out of whatever is shown of it.

import { z } from "zod";

/** What OTLP has and we keep. */
export type ForwardSignal = "traces" | "logs";

export interface Destination {
  name: string;
  /** The whole address for each signal that it takes. */
  urls: { readonly [signal in ForwardSignal]?: string };
  headers: Readonly<Record<string, string>>;
  /** One that is not takes nothing in and sends nothing; what waits stays. */
  enabled: boolean;
  encoding: "protobuf" | "json";
  compression: "gzip" | "none";
  /** Services whose telemetry it gets without naming it. */
  services: "all" | readonly string[];
  /** What may wait for it on disk; the oldest goes beyond. */
  maxQueueBytes: number;
  source: "settings" | "environment" | "api";
}

const DEFAULT_QUEUE_BYTES = 1_000_000_000;

/** Room for what a few requests of the largest size take. */
const LEAST_QUEUE_BYTES = 1_000_000;

/** What stands for it in paths and addresses: lower-case letters, digits and dashes. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");

export const destinationName = z
  .string()
  .max(128)
  .refine((name) => slugOf(name) !== "", "must hold a letter or digit");

/** A user, a query or a fragment may be secret, and addresses are shown. */
export const destinationUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === "" && url.password === "" && !/[?#]/.test(text);
}, "must be an http(s) URL without user, query and fragment: secrets go into headers");

/** Of the connection and of the body: these are ours to set. */
const OWN_HEADERS = /^(host|connection|content-.*|transfer-encoding|keep-alive|upgrade|te|trailer|expect)$/i;

export const destinationHeaders = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    if (OWN_HEADERS.test(name))
      context.addIssue({ code: "custom", message: `${name} is set by this server` });
    try {
      new Headers({ [name]: value });
    } catch {
      // The value may be secret: it is not shown.
      context.addIssue({ code: "custom", message: `${name || '""'} is not a valid HTTP header` });
    }
  }
});

/** A destination as a settings file has it, under its name. */
export const destinationSettings = z
  .strictObject({
    /** The base: `/v1/traces` and `/v1/logs` are added to it. */
    endpoint: destinationUrl.optional(),
    tracesUrl: destinationUrl.optional(),
    logsUrl: destinationUrl.optional(),
    headers: destinationHeaders.default({}),
    enabled: z.boolean().default(true),
    encoding: z.enum(["protobuf", "json"]).default("protobuf"),
    compression: z.enum(["gzip", "none"]).default("gzip"),
    services: z.union([z.literal("all"), z.array(z.string().min(1))]).default([]),
    maxQueueBytes: z.int().min(LEAST_QUEUE_BYTES).default(DEFAULT_QUEUE_BYTES),
  })
  .refine(
    ({ endpoint, tracesUrl, logsUrl }) => (endpoint ?? tracesUrl ?? logsUrl) !== undefined,
    'needs "endpoint", or "tracesUrl" or "logsUrl"',
  );

export type DestinationSettings = z.input<typeof destinationSettings>;

export function destinationOf(
  name: string,
  settings: z.output<typeof destinationSettings>,
  source: Destination["source"],
): Destination {
  const { endpoint, tracesUrl, logsUrl, ...rest } = settings;
  const base = endpoint?.replace(/\/+$/, "");
  const traces = tracesUrl ?? (base && `${base}/v1/traces`);
  const logs = logsUrl ?? (base && `${base}/v1/logs`);
  return { name, urls: { ...(traces && { traces }), ...(logs && { logs }) }, ...rest, source };
}

/** `text` without anything that a header of the destination holds; for what others say, and libraries. */
export function withoutSecrets(text: string, { headers }: Pick<Destination, "headers">): string {
  let shown = text;
  for (const value of Object.values(headers)) {
    // Of `Bearer abc` the second word alone is what one would find again.
    for (const secret of [value, ...value.split(/\s+/)]) {
      if (secret.length >= SHORTEST_SECRET) shown = shown.replaceAll(secret, "…");
    }
  }
  return shown;
}

/** Below it, words of the message itself would be taken out. */
const SHORTEST_SECRET = 4;
