// Invocations that their senders say go on. They are kept in memory, beside what is stored: a second report of one takes
// the place of the first, and its own spans, once they have ended and come as OTLP, take that of all. One of which nothing
// more is heard is stored as it was, its outcome unknown. A file keeps them from one server to the next.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  decodeTracesJson,
  encodeTracesJson,
  type ResourceSpans,
  SPAN_WORD,
  SPAN_WORDS,
  type Span,
  type SpanTable,
} from "@enterspan/otlp";
import { hexAt } from "../store/hex-words.ts";
import type { StoredEntry } from "../store/store.ts";

/** Senders report once a minute. One that a debugger holds does not, and is no less alive. */
const GIVEN_UP_MS = 15 * 60_000;

const SWEEP_MS = 30_000;

/** A report a line. */
const FILE = "in-flight.jsonl";

/** Reports kept; the one heard of longest ago goes beyond, as its spans come all the same. */
const MAX_REPORTS = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** An invocation as it was last heard of. */
export interface OpenInvocation {
  traceId: string;
  /** Its first span, which all others are below. */
  root: Span;
  groups: readonly ResourceSpans[];
}

interface Report extends OpenInvocation {
  heardMs: number;
  bytes: number;
}

/** What a report is not. Its sender's fault. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

export interface InFlightOptions {
  dataDir: string;
  /** Stores OTLP/JSON; rejects when it could not be stored. */
  store: (body: string) => Promise<void>;
  /** Traces that look otherwise now. */
  changed: (traceIds: readonly string[]) => void;
  /** For faults of our own. */
  onFault: (error: unknown) => void;
  givenUpMs?: number;
}

export class InFlight {
  readonly #options: InFlightOptions;
  /** By trace and root, heard of longest ago first. */
  readonly #reports = new Map<string, Report>();
  readonly #timer: NodeJS.Timeout;
  readonly #file: string;
  #bytes = 0;
  #sweeping: Promise<void> | undefined;

  constructor(options: InFlightOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.#timer.unref();
    this.#file = join(options.dataDir, FILE);
    this.#load();
  }

  /**
   * Takes a report: OTLP/JSON of one invocation's spans, its root first; those without an end are open.
   *
   * @throws OtlpDecodeError, ReportError
   */
  report(body: Uint8Array, nowMs = Date.now()): void {
    const { resourceSpans: groups } = decodeTracesJson(body);
    const spans = spansOf(groups);
    const [root] = spans;
    if (root === undefined) throw new ReportError("The report has no span.");
    const { traceId } = root;
    const isOne = spans.every((span) => span.traceId === traceId && span.spanId !== "");
    if (traceId === "" || !isOne) throw new ReportError("A report is of one trace, and each span has an id.");
    const key = keyOf(traceId, root.spanId);
    this.#forget(key);
    this.#reports.set(key, { traceId, root, groups, heardMs: nowMs, bytes: body.length });
    this.#bytes += body.length;
    for (const oldest of this.#reports.keys()) {
      if (this.#reports.size <= MAX_REPORTS && this.#bytes <= MAX_BYTES) break;
      this.#forget(oldest);
    }
    this.#options.changed([traceId]);
  }

  /** Call with what commits have stored: those invocations have ended. */
  ended(entries: readonly StoredEntry[]): void {
    if (this.#reports.size === 0) return;
    for (const { traceId, spanId } of entries) this.#forget(keyOf(traceId, spanId));
  }

  /** The same for spans that were taken and are not stored, or not yet: sent on alone, or waiting for a decision. */
  taken({ words, rows }: SpanTable): void {
    for (let row = 0; row < rows && !this.isEmpty; row++) {
      const at = row * SPAN_WORDS;
      const spanId = hexAt(words, at + SPAN_WORD.spanId, 2);
      this.#forget(keyOf(hexAt(words, at + SPAN_WORD.traceId, 4), spanId));
    }
  }

  get isEmpty(): boolean {
    return this.#reports.size === 0;
  }

  /** Those of a trace, the one that began first in front. */
  of(traceId: string): OpenInvocation[] {
    return this.all().filter((one) => one.traceId === traceId);
  }

  /** In the order in which they began. */
  all(): OpenInvocation[] {
    return [...this.#reports.values()].sort(({ root: a }, { root: b }) =>
      a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1,
    );
  }

  /** Stores what has not been heard of for too long. */
  sweep(nowMs = Date.now()): Promise<void> {
    this.#sweeping ??= this.#closeSilent(nowMs - (this.#options.givenUpMs ?? GIVEN_UP_MS))
      .catch(this.#options.onFault)
      .finally(() => {
        this.#sweeping = undefined;
      });
    return this.#sweeping;
  }

  /** Leaves what is in flight to the next server on the directory. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    if (this.isEmpty) return;
    const lines = this.all().map(({ groups }) => encodeTracesJson({ resourceSpans: [...groups] }));
    try {
      writeFileSync(this.#file, lines.join("\n"));
    } catch (error) {
      // On a full disk say: senders tell the next server again.
      this.#options.onFault(error);
    }
  }

  /** Each has as long to be heard of as if it had just been. */
  #load(): void {
    if (!existsSync(this.#file)) return;
    try {
      for (const line of readFileSync(this.#file, "utf8").split("\n")) this.report(Buffer.from(line));
    } catch (error) {
      this.#options.onFault(error);
    }
    rmSync(this.#file);
  }

  async #closeSilent(sinceMs: number): Promise<void> {
    for (const [key, report] of this.#reports) {
      if (report.heardMs > sinceMs) return;
      // Where that fails it stays, and the next round tries again.
      await this.#options.store(encodeTracesJson({ resourceSpans: closed(report) }));
      if (this.#reports.get(key) === report) this.#forget(key);
    }
  }

  #forget(key: string): void {
    const report = this.#reports.get(key);
    if (report === undefined) return;
    this.#bytes -= report.bytes;
    this.#reports.delete(key);
  }
}

const keyOf = (traceId: string, rootSpanId: string) => `${traceId}-${rootSpanId}`;

export const spansOf = (groups: readonly ResourceSpans[]): Span[] =>
  groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

export const isOpen = (span: Span): boolean => span.endTimeUnixNano === 0n;

/** Its open spans end when it was last heard of, as the tracer ends those that nobody has. */
function closed({ root, groups, heardMs }: Report): ResourceSpans[] {
  const endTimeUnixNano = BigInt(heardMs) * 1_000_000n;
  const close = (span: Span): Span => {
    if (!isOpen(span)) return span;
    const said =
      span.spanId === root.spanId
        ? { key: "cloudflare.outcome", value: { stringValue: "unknown" } }
        : { key: "enterspan.unfinished", value: { boolValue: true } };
    const end = endTimeUnixNano > span.startTimeUnixNano ? endTimeUnixNano : span.startTimeUnixNano;
    return { ...span, endTimeUnixNano: end, attributes: [...span.attributes, said] };
  };
  return groups.map((group) => ({
    ...group,
    scopeSpans: group.scopeSpans.map((scoped) => ({ ...scoped, spans: scoped.spans.map(close) })),
  }));
}
