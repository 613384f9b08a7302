// What a Worker's tracing is told: where telemetry goes, how much is kept, and what crosses to other services. Defaults
// are filled in and mistakes refused here, once; everything else reads the result.
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

/** @throws TypeError that names the field which is wrong. */
export function readConfig(given: TracingConfig): Config {
  if (given instanceof Promise) {
    throw new TypeError("enterspan: the configuration must be there at once, not a promise of it");
  }
  const { serviceName, traces, logs, propagation, redaction } = objectOf("the configuration", given);
  if (typeof serviceName !== "string" || serviceName === "") {
    throw wrong("serviceName", "the Worker's name", serviceName);
  }
  const { maxSpansPerInvocation = MAX_SPANS_PER_INVOCATION, inFlight = false } = given;
  const { sendDelayMs = SEND_DELAY_MS } = given;
  if (typeof inFlight !== "boolean") throw wrong("inFlight", "true or false", inFlight);
  if (typeof sendDelayMs !== "number" || !(sendDelayMs >= 0 && sendDelayMs <= MAX_SEND_DELAY_MS)) {
    throw wrong("sendDelayMs", `milliseconds from 0 to ${MAX_SEND_DELAY_MS}`, sendDelayMs);
  }
  if (typeof maxSpansPerInvocation !== "number" || !(maxSpansPerInvocation >= 1)) {
    throw wrong("maxSpansPerInvocation", "a number from 1 on", maxSpansPerInvocation);
  }
  return {
    serviceName,
    endpoint: readEndpoint(given.endpoint),
    headers: readHeaders(given.headers),
    traces: readSignal("traces", traces),
    logs: readSignal("logs", logs),
    propagation: readPropagation(propagation),
    redaction: readRedaction(redaction),
    inFlight,
    sendDelayMs,
    bindings: readBindings(given.bindings),
    resource: readResource(given.resource),
    maxSpansPerInvocation,
  };
}

function readEndpoint(endpoint = DEFAULT_ENDPOINT): string {
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "") || /^\w+:..[^/]*@|[?#]/.test(endpoint)) {
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

function readSignal(field: string, given: Partial<SignalConfig> = {}): SignalConfig {
  const { enabled = true, headSamplingRate = 1 } = objectOf(field, given);
  if (typeof enabled !== "boolean") throw wrong(`${field}.enabled`, "true or false", enabled);
  if (typeof headSamplingRate !== "number" || !(headSamplingRate >= 0 && headSamplingRate <= 1)) {
    throw wrong(`${field}.headSamplingRate`, "a number from 0 to 1", headSamplingRate);
  }
  return { enabled, headSamplingRate };
}

function readPropagation(given: Partial<PropagationConfig> = {}): PropagationConfig {
  const { incoming = "continue", exclude = [], rpc = [] } = objectOf("propagation", given);
  if (!["continue", "link", "ignore"].includes(incoming)) {
    throw wrong("propagation.incoming", `"continue", "link" or "ignore"`, incoming);
  }
  return {
    incoming,
    exclude: readList("propagation.exclude", "host names or beginnings of URLs", /./, exclude),
    rpc: readList("propagation.rpc", "names of bindings", /./, rpc),
  };
}

function readRedaction(given: Partial<RedactionConfig> = {}): RedactionConfig {
  const { headers = [], queryParameters = [] } = objectOf("redaction", given);
  const names = (field: string, list: readonly string[]) =>
    readList(`redaction.${field}`, "names", /^[\w.-]+$/, list);
  return {
    headers: names("headers", headers),
    queryParameters: names("queryParameters", queryParameters),
  };
}

function readBindings(given: Record<string, BindingConfig> = {}): Record<string, BindingConfig> {
  for (const [name, binding] of Object.entries(objectOf("bindings", given))) {
    const { type = "", resource = "" } = objectOf(`bindings.${name}`, binding);
    if (typeof type !== "string") throw wrong(`bindings.${name}.type`, "the name of a class", type);
    if (typeof resource !== "string") throw wrong(`bindings.${name}.resource`, "a name", resource);
  }
  return given;
}

function readList(field: string, what: string, form: RegExp, given: readonly string[]): readonly string[] {
  if (Array.isArray(given) && given.every((text) => typeof text === "string" && form.test(text)))
    return given;
  throw wrong(field, `a list of ${what}`, given);
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
