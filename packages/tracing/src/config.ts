// What a Worker's tracing is told: where telemetry goes, how much is kept, and what crosses to other services. Defaults
// are filled in and mistakes refused here, once; everything else reads the result.
import { attempt } from "./attempt.ts";
import { MAX_SEND_DELAY_MS, MAX_SPANS_PER_INVOCATION, SEND_DELAY_MS } from "./limits.ts";
import type { RedactionConfig } from "./redaction.ts";
import type { AttributeValue } from "./span-record.ts";

/** What is kept, as `observability.traces` and `observability.logs` of a Wrangler file say. */
export interface SignalConfig {
  /** Default: true. */
  enabled: boolean;
  /** Share of invocations to keep, 0 to 1; decided at the head, once per trace. Default: 1. */
  headSamplingRate: number;
}

/** How trace context (W3C `traceparent`, `tracestate` and `baggage`) crosses to and from other services. */
export interface PropagationConfig {
  /**
   * What an incoming `traceparent` means. `continue`: the root span is its child, in its trace, with its sampling
   * decision. `link`: the root span starts a trace of its own and links to it. `ignore`: nothing. Default: `continue`.
   */
  incoming: "continue" | "link" | "ignore";
  /**
   * Targets of `fetch` that get no context of ours. Each is a host name (`api.example.com`), a host name with its
   * subdomains (`*.example.com`), the beginning of a URL (`https://example.com/private/`), or `*` for all.
   * Default: none.
   */
  exclude: readonly string[];
  /**
   * Names of bindings, to services and to namespaces of Durable Objects, whose Workers are instrumented too: calls over
   * RPC carry the context to them. `ctx.exports` and, under `enterspan dev`, everything that is instrumented there need
   * no mention. Default: none.
   */
  rpc: readonly string[];
}

/** What a binding is, where the runtime does not tell. */
export interface BindingConfig {
  /** Its class, as @cloudflare/workers-types calls it: `SendEmail`, `BrowserRendering`, … */
  type?: string;
  /** What it is bound to: a bucket, a queue, a dataset, a dispatch namespace. */
  resource?: string;
}

export interface TracingConfig {
  /** `service.name`: the Worker's name. */
  serviceName: string;
  /** Base URL of the OTLP/HTTP receiver. Default: `http://127.0.0.1:4318`. */
  endpoint?: string;
  /** Sent with every request to the receiver, such as an authorization. */
  headers?: Record<string, string>;
  traces?: Partial<SignalConfig>;
  logs?: Partial<SignalConfig>;
  propagation?: Partial<PropagationConfig>;
  /** Headers and query parameters whose values never leave the Worker, beside those that never do. */
  redaction?: Partial<RedactionConfig>;
  /**
   * Whether the receiver is told of invocations that go on for longer than a second, with what they have recorded so far,
   * and of messages that are sent to queues, so that those who get them can link to their senders. Only a receiver of
   * enterspan takes that. Default: false.
   */
  inFlight?: boolean;
  /**
   * How long what has ended may wait for others to be sent with, in milliseconds: longer waits make fewer requests. What
   * waits when the isolate is stopped is lost. Default: 5.
   */
  sendDelayMs?: number;
  /** Bindings that hide behind a general class, by name. Default: none. */
  bindings?: Record<string, BindingConfig>;
  /** Further attributes of the resource. */
  resource?: Record<string, AttributeValue>;
  /** Spans of one invocation that are kept; more are counted. Default: 100,000. */
  maxSpansPerInvocation?: number;
}

/**
 * What to do with telemetry, or a function that reads it from the `env` of the first event, where a deployed Worker
 * keeps its receiver's address and secrets.
 */
export type ConfigSource<Env = never> = TracingConfig | ((env: Env) => TracingConfig);

/** A configuration without anything left open. */
export interface Config {
  serviceName: string;
  /** Without a slash at the end. */
  endpoint: string;
  headers: Record<string, string>;
  traces: SignalConfig;
  logs: SignalConfig;
  propagation: PropagationConfig;
  redaction: RedactionConfig;
  inFlight: boolean;
  sendDelayMs: number;
  bindings: Record<string, BindingConfig>;
  resource: Record<string, AttributeValue>;
  maxSpansPerInvocation: number;
}

export type CheckedSource = Config | ((env: never) => Config);

/** The same with everything filled in. A function's mistakes show when it is asked. @throws TypeError as `readConfig`. */
export function check(source: ConfigSource): CheckedSource {
  return typeof source === "function" ? (env) => readConfig(source(env)) : readConfig(source);
}

/** The receiver of `enterspan dev` and `enterspan serve`, and every collector's port for OTLP/HTTP. */
const DEFAULT_ENDPOINT = "http://127.0.0.1:4318";

/** For each field what it must be, whether a value is that, and what it is where it is left open. */
type Fields<T> = { [K in keyof T]: [what: string, isRight: (value: T[K]) => boolean, otherwise?: T[K]] };

const isFlag = (value: unknown) => typeof value === "boolean";
const isText = (value: unknown) => typeof value === "string";
const isWithin = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most;
const areTexts = (form: RegExp) => (value: unknown) =>
  Array.isArray(value) && value.every((text) => isText(text) && form.test(text));

const FIELDS: Fields<Pick<Config, "serviceName" | "inFlight" | "sendDelayMs" | "maxSpansPerInvocation">> = {
  serviceName: ["the Worker's name", (name) => isText(name) && name !== ""],
  inFlight: ["true or false", isFlag, false],
  sendDelayMs: [`milliseconds from 0 to ${MAX_SEND_DELAY_MS}`, isWithin(0, MAX_SEND_DELAY_MS), SEND_DELAY_MS],
  maxSpansPerInvocation: [
    "a number from 1 on",
    isWithin(1, Number.POSITIVE_INFINITY),
    MAX_SPANS_PER_INVOCATION,
  ],
};

const SIGNAL: Fields<SignalConfig> = {
  enabled: ["true or false", isFlag, true],
  headSamplingRate: ["a number from 0 to 1", isWithin(0, 1), 1],
};

const PROPAGATION: Fields<PropagationConfig> = {
  incoming: [
    `"continue", "link" or "ignore"`,
    (value) => ["continue", "link", "ignore"].includes(value),
    "continue",
  ],
  exclude: ["a list of host names or beginnings of URLs", areTexts(/./), []],
  rpc: ["a list of names of bindings", areTexts(/./), []],
};

const REDACTION: Fields<RedactionConfig> = {
  headers: ["a list of names", areTexts(/^[\w.-]+$/), []],
  queryParameters: ["a list of names", areTexts(/^[\w.-]+$/), []],
};

const BINDING: Fields<Required<BindingConfig>> = {
  type: ["the name of a class", isText, ""],
  resource: ["a name", isText, ""],
};

/** @throws TypeError that names the field which is wrong. */
export function readConfig(given: TracingConfig): Config {
  if (given instanceof Promise) {
    throw new TypeError("enterspan: the configuration must be there at once, not a promise of it");
  }
  const { endpoint, headers, traces, logs, propagation, redaction } = objectOf("the configuration", given);
  return {
    ...read("", FIELDS, given),
    endpoint: readEndpoint(endpoint),
    headers: readHeaders(headers),
    traces: read("traces", SIGNAL, traces),
    logs: read("logs", SIGNAL, logs),
    propagation: read("propagation", PROPAGATION, propagation),
    redaction: read("redaction", REDACTION, redaction),
    bindings: readBindings(given.bindings),
    resource: readResource(given.resource),
  };
}

/** One part of the configuration, with what is left open filled in. */
function read<T>(part: string, fields: Fields<T>, given: Partial<T> = {}): T {
  objectOf(part, given as object);
  const filled = {} as T;
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const [what, isRight, otherwise] = fields[name];
    const value = (given[name] === undefined ? otherwise : given[name]) as T[typeof name];
    if (!isRight(value)) throw wrong(part === "" ? name : `${part}.${name}`, what, value);
    filled[name] = value;
  }
  return filled;
}

function readEndpoint(endpoint = DEFAULT_ENDPOINT): string {
  // No `URL.parse`: it is not there before the compatibility date 2022-10-31.
  if (!/^https?:..[^/@?#]+(\/[^?#]*)?$/.test(`${attempt(() => new URL(endpoint))}`)) {
    // A user or a query may be secret: it is not shown.
    const shown = String(endpoint).replace(/.*@|[?#].*/gs, "…");
    throw wrong("endpoint", "the base URL of an OTLP/HTTP receiver, without user and query", shown);
  }
  return String(endpoint).replace(/\/+$/, "");
}

function readHeaders(given: Record<string, string> = {}): Record<string, string> {
  try {
    const headers = present(given);
    new Headers(headers);
    // Headers and lists have nothing that an object's entries would give.
    if (!(Symbol.iterator in given)) return headers;
  } catch {
    // Neither an object nor what HTTP allows.
  }
  // What they hold may be secret: it is not shown.
  throw wrong("headers", "an object of HTTP headers", "…");
}

function readResource(given: Record<string, AttributeValue> = {}): Record<string, AttributeValue> {
  const values = present(objectOf("resource", given));
  for (const [key, value] of Object.entries(values)) {
    // Strings, numbers, booleans and bigints.
    if ([value].flat().every((one) => /^(st|n|b)/.test(typeof one))) continue;
    throw wrong(`resource.${key}`, "text, a number, true or false, or a list of them", value);
  }
  return values;
}

function readBindings(given: Record<string, BindingConfig> = {}): Record<string, BindingConfig> {
  for (const [name, binding] of Object.entries(objectOf("bindings", given))) {
    read(`bindings.${name}`, BINDING, binding);
  }
  return given;
}

function objectOf<T extends object>(field: string, given: T): T {
  if (typeof given !== "object" || given === null) throw wrong(field, "an object", given);
  return given;
}

/** Without what is undefined, as a variable is that the Worker's `env` does not have. */
function present<T>(given: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function wrong(field: string, what: string, given: unknown): TypeError {
  const text = typeof given === "object" || typeof given === "string" ? JSON.stringify(given) : String(given);
  return new TypeError(`enterspan: ${field} must be ${what}, not ${text}`);
}
