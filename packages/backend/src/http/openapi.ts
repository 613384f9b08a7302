// The OpenAPI document of this server, served at /api/openapi.json. It is written by hand; openapi.test.ts asks every
// route for what it says. Cloudflare's routes are described by Cloudflare, so they appear with their paths only.

import { DESTINATION_PATHS, DESTINATION_SCHEMAS } from "./openapi-destinations.ts";
import { OWN_PATHS } from "./openapi-own.ts";
import { failure, GUARDED, json } from "./openapi-parts.ts";
import { ref, SCHEMAS } from "./openapi-schemas.ts";
import { TELEMETRY_PATHS } from "./openapi-telemetry.ts";

/** A request body in either encoding of OTLP; both may be compressed. */
const otlp = (message: string, response: string) => ({
  post: {
    summary: `Takes OTLP's ${message}`,
    description:
      "Answered after the records are on disk, so sending again after a failure is safe: what is stored already is ignored. " +
      "Content-Encoding may be gzip, deflate or zstd; 32 MiB is the limit before and after decompression, " +
      "and 1,000,000 elements (spans, logs, events, links, attributes, array items).",
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: { type: "object" } },
        "application/x-protobuf": { schema: { type: "string", format: "binary" } },
      },
    },
    responses: {
      "200": { description: `${response}; its partialSuccess counts records that were refused one by one.` },
      "400": { description: "The request is malformed: google.rpc.Status says where." },
      "401": { description: "Tokens are required here, and this is none that is known." },
      "403": { description: "Another site's page, a Host that is not ours, or a token without the scope." },
      "413": { description: "The body is too large or holds too many elements." },
      "415": { description: "The content type or encoding is not known." },
      "429": {
        description:
          "More arrives than the disk takes, or than one address may send. Nothing was stored; Retry-After says when to send again.",
      },
      "503": { description: "The store is away. Nothing was stored; Retry-After says when to send again." },
    },
  },
});

export const OPENAPI = {
  openapi: "3.1.0",
  info: {
    title: "enterspan",
    version: "0.1.0",
    description:
      "Receives OTLP, keeps it, answers queries. Binds to this machine only unless told otherwise.",
  },
  paths: {
    "/v1/traces": otlp("ExportTraceServiceRequest", "ExportTraceServiceResponse"),
    "/v1/logs": otlp("ExportLogsServiceRequest", "ExportLogsServiceResponse"),
    "/v1/metrics": otlp("ExportMetricsServiceRequest", "ExportMetricsServiceResponse, metrics being dropped"),
    ...OWN_PATHS,
    "/login": {
      get: {
        summary: "The page that asks a person for a token",
        description:
          "Its form posts `token` and `to`, and answers 303 with a cookie that stands for the token.",
        security: [],
        responses: {
          "200": { description: "The page." },
          "404": failure("No tokens are required here."),
        },
      },
    },
    "/logout": {
      post: {
        summary: "Forgets a login",
        security: [],
        responses: {
          "303": { description: "The cookie is gone; on to the login." },
          "404": failure("No tokens are required here."),
        },
      },
    },
    "/healthz": {
      get: {
        summary: "That the server runs; /readyz says whether all is well with it",
        security: [],
        responses: { "200": json(ref("Health"), "It does.") },
      },
    },
    "/readyz": {
      get: {
        summary:
          "Whether this server should be sent anything: it is not closing, its store answers, its disk has room",
        security: [],
        responses: {
          "200": json(ref("Ready"), "It should."),
          "503": json(ref("Ready"), "It should not; `checks` says why."),
        },
      },
    },
    "/metrics": {
      get: {
        summary: "What this server has done, for Prometheus",
        responses: {
          ...GUARDED,
          "200": {
            description: "The text format, version 0.0.4.",
            content: { "text/plain": { schema: { type: "string" } } },
          },
        },
      },
    },
    ...TELEMETRY_PATHS,
    ...DESTINATION_PATHS,
  },
  security: [{ token: [] }, {}],
  components: {
    schemas: { ...SCHEMAS, ...DESTINATION_SCHEMAS },
    securitySchemes: {
      token: {
        type: "http",
        scheme: "bearer",
        description:
          "Where tokens are required, as they are on any address but this machine's own: `ingest` for /v1, `read` for " +
          "questions, `admin` for all.",
      },
    },
  },
};
