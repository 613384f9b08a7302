// What a case declares beside its Worker: the bindings it needs, the requests to make, and where we differ from the
// runtime on purpose. Types only, so that declarations compile for workerd and the harness for Node.
import type { PLATFORM } from "./hosts/platform.ts";
import type { NEEDS, Traits } from "./traits.ts";
import type { ExceptionFacts, LogLine, Status, Value } from "./tree.ts";

export interface Request {
  /** Path and query. Default: `/`. */
  path?: string;
  /** No request but a scheduled event of this pattern, due at a time that is always the same. */
  cron?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Reads the answer's first bytes and goes away. */
  givesUp?: true;
  /** Opens a WebSocket, sends this, and closes after one answer, which stands for the body. */
  message?: string;
}

export interface Bindings {
  /** Names of KV namespaces, empty when the case starts. */
  kv?: string[];
  /** Names of D1 databases, empty when the case starts. */
  d1?: string[];
  /** Names of R2 buckets, empty when the case starts. */
  r2?: string[];
  /**
   * Producers' bindings, each to a queue that the Worker consumes too, at once and without retries; with the number of
   * messages that it gets at most in a batch.
   */
  queues?: Record<string, number>;
  /** Durable Objects: the Worker's own classes, by the name of the binding to their namespace. */
  objects?: Record<string, string>;
  /** The same with the storage that Durable Objects had before SQLite. */
  legacyObjects?: Record<string, string>;
  /** Service bindings to the Worker's own entrypoints, by name: each is an exported class, or "default". */
  services?: Record<string, string>;
  /** Bindings of hosts/platform.ts, by name. */
  platform?: (keyof typeof PLATFORM)[];
  /** Gives the Worker `env.UPSTREAM`, the origin of the HTTP server in hosts/upstream.ts. */
  upstream?: boolean;
}

/** What our span shows where the runtime's differs: each field given replaces that of the spans named. */
export interface SpanDeviation {
  /** The spans' name, or `parent > name`; root spans are called `INVOCATION`. At least one must be there. */
  span: string;
  /** The row of the specification, or the reason. */
  because: string;
  /** Only those of the spans that have these attributes. */
  where?: Record<string, Value>;
  /** The runtime has the span, with these attributes; we have none. */
  absent?: Record<string, Value>;
  /** We have the span, called `parent > name` and with the fields given; the runtime has none. */
  ours?: true;
  /** The runtime has the span; we have none. What is in it is in its parent, but invocations, which stand alone. */
  dissolved?: true;
  /** An invocation: in the runtime's tree it is below another span, in ours it begins a trace. */
  alone?: true;
  name?: string;
  status?: Status;
  exceptions?: ExceptionFacts[];
  /** Added or replaced; null takes the attribute away. */
  attributes?: Record<string, Value | null>;
  logs?: LogLine[];
}

/** What our answer is where the runtime's differs. */
export interface ResponseDeviation {
  /** Such as `GET /path`. */
  request: string;
  because: string;
  body: string;
}

export type Deviation = SpanDeviation | ResponseDeviation;

export interface Declaration {
  bindings?: Bindings;
  /** Where the newest behaviour is not what the case is about. */
  compatibilityDate?: string;
  compatibilityFlags?: string[];
  /** What runtimes must have, or the case is skipped. What its bindings need is known. */
  needs?: (keyof typeof NEEDS)[];
  /** One after another; an inner list at once. One `GET /` when left out. */
  requests?: (string | Request | (string | Request)[])[];
  /** False runs the Worker untraced: no span may be recorded. */
  sampled?: boolean;
  /** Root spans to wait for; as many as requests when left out. */
  invocations?: number;
  /** A function where they depend on the runtime. */
  beyond?: Deviation[] | ((traits: Traits) => Deviation[]);
}

/** A case as the harness runs it. */
export interface Case extends Declaration {
  /** Such as `enter-span/nested`. */
  name: string;
  /** Path of the Worker's module. */
  worker: string;
}

/** One request and its answer, volatile parts masked. */
export interface Exchange {
  request: string;
  status: number;
  body: string;
}
