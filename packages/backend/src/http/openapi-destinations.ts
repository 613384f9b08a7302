// The routes of destinations, for the OpenAPI document.

type Schema = { readonly [key: string]: unknown };

const text: Schema = { type: "string" };
const count = (description: string): Schema => ({ type: "integer", minimum: 0, description });

const destination: Schema = {
  type: "object",
  properties: {
    name: text,
    slug: text,
    enabled: { type: "boolean" },
    source: { enum: ["settings", "environment", "api"] },
    tracesUrl: text,
    logsUrl: text,
    services: { anyOf: [{ const: "all" }, { type: "array", items: text }] },
    waitingBytes: count("What waits for it on disk."),
    sent: count("Spans and logs that it took, since the server's start."),
    rejected: count("Of these, those that it rejected one by one."),
    refused: count("Given up, since it will never take them."),
    dropped: count("Given up, since its queue was full."),
    lastSentUnixMs: count("When it last took something."),
    lastFailureUnixMs: count("When it last did not."),
    lastFailure: { type: "string", description: "Why it did not." },
  },
  required: [
    "name",
    "slug",
    "enabled",
    "source",
    "services",
    "waitingBytes",
    "sent",
    "rejected",
    "refused",
    "dropped",
  ],
  additionalProperties: false,
};

export const DESTINATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  Destinations: {
    type: "object",
    properties: { destinations: { type: "array", items: destination } },
    required: ["destinations"],
    additionalProperties: false,
  },
};

const BASE = "/client/v4/accounts/{accountId}/workers/observability/destinations";

const parameter = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  schema: text,
  description,
});
const ACCOUNT = parameter("accountId", "Any.");
const SLUG = parameter("slug", "The name in lower case, with dashes.");

const operation = (
  summary: string,
  parameters: readonly object[],
  failures: Readonly<Record<string, string>>,
) => ({
  summary,
  description: "As declared by the npm package `cloudflare`, client.workers.observability.destinations.",
  parameters,
  responses: {
    "200": { description: "The envelope {success, errors, messages, result}; headers without their values." },
    ...Object.fromEntries(Object.entries(failures).map(([status, description]) => [status, { description }])),
  },
});
const withBody = (described: object) => ({
  ...described,
  requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
});

const INVALID = { "400": "The body is not valid, or the destination did not take an empty request." };
const FIXED = { "404": "There is none.", "409": "It is defined in the server's settings or environment." };

export const DESTINATION_PATHS = {
  "/api/destinations": {
    get: {
      summary: "Where telemetry goes on to, and how that is going",
      responses: {
        "200": {
          description: "The destinations; never the values of their headers.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Destinations" } } },
        },
      },
    },
  },
  [BASE]: {
    get: operation("Lists destinations", [ACCOUNT], INVALID),
    post: withBody(operation("Makes a destination", [ACCOUNT], { ...INVALID, "409": "The name is taken." })),
  },
  [`${BASE}/{slug}`]: {
    patch: withBody(operation("Changes a destination", [ACCOUNT, SLUG], { ...INVALID, ...FIXED })),
    delete: operation("Deletes a destination and what waits for it", [ACCOUNT, SLUG], FIXED),
  },
};
