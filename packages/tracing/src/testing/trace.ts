// A recorded invocation as a test sees it: plain objects, read once from the core's own table when everything is over.
import type { SpanStatus } from "../api.ts";
import type { Invocation } from "../invocation.ts";
import type { LogRecord } from "../logs.ts";
import type { SpanEvent, SpanRecord } from "../span-record.ts";
import { type Attributes, plainAttributes, plainValue } from "./plain-value.ts";
import { type PrintOptions, printSpan, printTrace } from "./print.ts";
import { isMatch, type SpanPattern } from "./span-pattern.ts";
import { logText } from "./value-text.ts";

export type SpanKindName = "internal" | "server" | "client" | "producer" | "consumer";

const KINDS: readonly SpanKindName[] = ["internal", "server", "client", "producer", "consumer"];

export interface TraceEvent {
  name: string;
  attributes: Attributes;
  timeUnixNano: bigint;
}

/** An error that a span recorded, or that escaped from it. */
export interface TraceException {
  /** The error's name or code; "" when a string was thrown. */
  type: string;
  message: string;
  stack?: string;
}

export interface TraceLink {
  traceId: string;
  spanId: string;
  attributes: Attributes;
}

/** One call of a console method. */
export interface TraceLog {
  /** `console.log` is of level `info`. */
  level: "debug" | "info" | "warn" | "error";
  /** The arguments as text, with a space between. */
  message: string;
  /** The argument, or an array of them when there were several. */
  body: unknown;
  /** The first error among the arguments. */
  exception?: TraceException;
  timeUnixNano: bigint;
}

/** Shown as its text by snapshots, assertion failures and consoles. */
abstract class Printable {
  abstract toString(): string;

  /** As text, which is what snapshots and assertion failures print. */
  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

export class TraceSpan extends Printable {
  readonly name: string;
  readonly attributes: Attributes;
  /** All events, exceptions included. */
  readonly events: readonly TraceEvent[];
  readonly exceptions: readonly TraceException[];
  readonly links: readonly TraceLink[];
  /** What was printed while it was the active span. */
  readonly logs: TraceLog[] = [];
  readonly status: SpanStatus;
  readonly kind: SpanKindName;
  readonly traceId: string;
  readonly spanId: string;
  /** Of the root: the span that the option `parent` names, else "". */
  readonly parentSpanId: string;
  readonly startTimeUnixNano: bigint;
  readonly durationMs: number;
  /** Nobody ended it: it ended with the recording. */
  readonly unfinished: boolean;
  // Not properties: whoever prints the span by its properties would print the whole tree, several times over.
  readonly #parent: TraceSpan | undefined;
  readonly #children: TraceSpan[] = [];

  constructor(invocation: Invocation, record: SpanRecord, parent: TraceSpan | undefined) {
    super();
    this.name = record.name;
    this.#parent = parent;
    if (parent !== undefined) parent.#children.push(this);
    this.attributes = plainAttributes(record.attributes);
    this.events = record.events.map((event) => ({
      name: event.name,
      attributes: plainAttributes(event.attributes),
      timeUnixNano: BigInt(invocation.unixNano(event.time)),
    }));
    this.exceptions = record.events.filter(({ name }) => name === "exception").map(toException);
    this.links = record.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: plainAttributes(attributes),
    }));
    this.status = record.status;
    this.kind = KINDS[record.kind - 1] as SpanKindName;
    this.traceId = invocation.traceId;
    this.spanId = invocation.spanId(record.index);
    this.parentSpanId = parent?.spanId ?? invocation.parentSpanId;
    this.startTimeUnixNano = BigInt(invocation.unixNano(record.start));
    this.durationMs = record.end - record.start;
    this.unfinished = this.attributes["enterspan.unfinished"] === true;
  }

  get parent(): TraceSpan | undefined {
    return this.#parent;
  }

  /** In the order they were started. */
  get children(): readonly TraceSpan[] {
    return this.#children;
  }

  get isRoot(): boolean {
    return this.#parent === undefined;
  }

  /** The span and what is below it, as `Trace.toString` prints it. */
  toString(options?: PrintOptions): string {
    return printSpan(this, options);
  }
}

/** What `recordTrace` resolves with. */
export class Trace<T = unknown> extends Printable {
  /** What the function returned. */
  readonly result: T;
  /** What the function threw; undefined when it returned, and always without the option `catch`. */
  readonly error: unknown;
  readonly traceId: string;
  /** False with the option `sampled: false`: there are no spans then, and only logs. */
  readonly sampled: boolean;
  /** All spans, the root first, in the order they were started. */
  readonly spans: readonly TraceSpan[];
  /** All that was printed, in order. */
  readonly logs: readonly TraceLog[];

  constructor(invocation: Invocation, result: T, error: unknown) {
    super();
    this.result = result;
    this.error = error;
    this.traceId = invocation.traceId;
    this.sampled = invocation.sampled;
    const spans: TraceSpan[] = [];
    for (const record of invocation.spans.records()) {
      spans.push(new TraceSpan(invocation, invocation.redaction.span(record), spans[record.parentIndex]));
    }
    this.spans = spans;
    this.logs = invocation.logs.map((record) => {
      const log = toLog(invocation, record);
      spans[record.spanIndex]?.logs.push(log);
      return log;
    });
  }

  /** @throws Error when the trace was not sampled: it has no spans then. */
  get root(): TraceSpan {
    const [root] = this.spans;
    if (root === undefined) {
      throw new Error("The trace has no root span: it was recorded with `sampled: false`.");
    }
    return root;
  }

  /** The first span, in the order of start, that has the name, matches the pattern or passes the test. */
  find(which: SpanQuery): TraceSpan | undefined {
    return this.spans.find(test(which));
  }

  /** All of them, in the order of start. */
  findAll(which: SpanQuery): TraceSpan[] {
    return this.spans.filter(test(which));
  }

  /**
   * The span that `find` gives.
   * @throws Error, with the tree printed, when there is none or more than one.
   */
  span(which: SpanQuery): TraceSpan {
    const [found, ...more] = this.findAll(which);
    if (found !== undefined && more.length === 0) return found;
    const count = found === undefined ? "no span is" : `${more.length + 1} spans are`;
    const wanted = typeof which === "string" ? `called ${JSON.stringify(which)}` : "like that";
    throw new Error(
      `Trace.span takes exactly one: ${count} ${wanted}.\n\n${printTrace(this, { maxLines: 100 })}`,
    );
  }

  /**
   * The tree of spans as text, one line a span, with attributes, logs (`>`), exceptions (`!`), events (`*`) and links
   * (`@`) below it. Without ids and times, unless they are asked for: the same program prints the same text.
   */
  toString(options?: PrintOptions): string {
    return printTrace(this, options);
  }
}

/** A name, a regular expression for it, what the span must have, or a test. */
export type SpanQuery = string | RegExp | SpanPattern | ((span: TraceSpan) => boolean);

function test(which: SpanQuery): (span: TraceSpan) => boolean {
  if (typeof which === "function") return which;
  const pattern: SpanPattern = typeof which === "string" || which instanceof RegExp ? { name: which } : which;
  return (span) => isMatch(pattern, span);
}

function toException({ attributes }: SpanEvent): TraceException {
  const facts = plainAttributes(attributes) as Record<string, string | undefined>;
  const stack = facts["exception.stacktrace"];
  return {
    type: facts["exception.type"] ?? "",
    message: facts["exception.message"] ?? "",
    ...(stack !== undefined && { stack }),
  };
}

function toLog(invocation: Invocation, { severityText, body, exception, time }: LogRecord): TraceLog {
  const plain = plainValue(body);
  return {
    level: severityText.toLowerCase() as TraceLog["level"],
    message: logText(plain),
    body: plain,
    ...(exception && {
      exception: {
        type: exception.type,
        message: exception.message,
        ...(exception.stack !== undefined && { stack: exception.stack }),
      },
    }),
    timeUnixNano: BigInt(invocation.unixNano(time)),
  };
}
