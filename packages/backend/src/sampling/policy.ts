// What of a trace decides whether it is kept, gathered as its spans arrive, and the decision itself.

import {
  ATTRIBUTE_WORDS,
  KINDS,
  type Resource,
  SPAN_WORD,
  SPAN_WORDS,
  type SpanTable,
  StatusCode,
  ValueKind,
} from "@enterspan/otlp";
import { z } from "zod";
import { randomnessOf, thresholdOf } from "./threshold.ts";

/** A trace that fits any of the rules is kept; of the others a share is. */
export const samplingSettings = z.strictObject({
  /** Of the traces that no rule keeps, 0 to 1; the same ones wherever they are looked at. */
  keepShare: z.number().min(0).max(1),
  /** Traces with a span whose status is error. */
  keepErrors: z.boolean().default(true),
  /** Traces that last longer, from their earliest start to their latest end. */
  keepSlowerThanMs: z.number().min(0).optional(),
  /** Traces with a span or resource that has the attribute, with this value (as text) where one is given. */
  keepAttributes: z
    .array(z.strictObject({ key: z.string().min(1), value: z.string().optional() }))
    .default([]),
  /** Whether logs of traces that are dropped are kept; without it they go with their trace. */
  keepLogs: z.boolean().default(false),
  /** From a trace's first span to its decision. */
  waitSeconds: z.number().positive().max(3600).default(10),
  /** Traces that may wait at once; beyond it they are decided earlier. As many decisions are remembered. */
  maxTraces: z.int().min(1).max(10_000_000).default(100_000),
});

export type SamplingSettings = z.output<typeof samplingSettings>;

/** For what waits from a time when there was sampling. */
export const KEEP_ALL: SamplingSettings = samplingSettings.parse({ keepShare: 1, waitSeconds: 0.001 });

/** What is known of a trace so far. */
export interface Facts {
  isKeptByRule: boolean;
  /** Nanoseconds since 1970, as exact as doubles are. */
  start: number;
  end: number;
  randomness: bigint;
}

const NANOS_PER_MILLI = 1e6;

const SCALARS: readonly number[] = [ValueKind.STRING, ValueKind.BOOL, ValueKind.INT, ValueKind.DOUBLE];

export class Policy {
  readonly #settings: SamplingSettings;
  readonly #threshold: bigint;

  constructor(settings: SamplingSettings) {
    this.#settings = settings;
    this.#threshold = thresholdOf(settings.keepShare);
  }

  newFacts(traceId: string, table: SpanTable, row: number): Facts {
    const traceState = table.textAt(row * SPAN_WORDS + SPAN_WORD.traceState);
    return {
      isKeptByRule: false,
      start: Number.POSITIVE_INFINITY,
      end: 0,
      randomness: randomnessOf(traceId, traceState),
    };
  }

  /** Adds what a span tells; `origins` is what `keepingOrigins` gave for its table. */
  add(facts: Facts, table: SpanTable, row: number, origins: readonly boolean[]): void {
    const { words } = table;
    const at = row * SPAN_WORDS;
    facts.start = Math.min(facts.start, timeAt(words, at + SPAN_WORD.start));
    facts.end = Math.max(facts.end, timeAt(words, at + SPAN_WORD.end));
    if (facts.isKeptByRule) return;
    const isError = words[at + SPAN_WORD.statusCode] === StatusCode.ERROR;
    facts.isKeptByRule =
      (this.#settings.keepErrors && isError) ||
      origins[words[at + SPAN_WORD.origin] as number] === true ||
      this.#hasAttribute(table, at);
  }

  /** Which of a table's origins keep the traces of their spans. */
  keepingOrigins(table: SpanTable): boolean[] {
    const { keepAttributes } = this.#settings;
    return table.origins.map(({ resource }) =>
      keepAttributes.some(({ key, value }) => resourceHas(resource, key, value)),
    );
  }

  /** The threshold that the trace is kept at, or nothing. */
  decide({ isKeptByRule, start, end, randomness }: Facts): bigint | undefined {
    const { keepSlowerThanMs } = this.#settings;
    const isSlow = keepSlowerThanMs !== undefined && end - start > keepSlowerThanMs * NANOS_PER_MILLI;
    if (isKeptByRule || isSlow) return 0n;
    return randomness >= this.#threshold ? this.#threshold : undefined;
  }

  #hasAttribute(table: SpanTable, at: number): boolean {
    const { keepAttributes } = this.#settings;
    if (keepAttributes.length === 0) return false;
    const first = table.words[at + SPAN_WORD.attributes] as number;
    const count = table.words[at + SPAN_WORD.attributes + 1] as number;
    for (let index = first; index < first + count; index++) {
      const from = index * ATTRIBUTE_WORDS;
      const word = table.attributes[from] as number;
      const key = table.keys.list[Math.floor(word / KINDS)];
      const found = keepAttributes.some((rule) => {
        if (rule.key !== key) return false;
        if (rule.value === undefined) return true;
        const isScalar = SCALARS.includes(word % KINDS);
        const [text, length] = [table.attributes[from + 1] as number, table.attributes[from + 2] as number];
        return isScalar && table.text(text, length) === rule.value;
      });
      if (found) return true;
    }
    return false;
  }
}

function resourceHas(resource: Resource, key: string, wanted: string | undefined): boolean {
  return resource.attributes.some((attribute) => {
    if (attribute.key !== key) return false;
    const [value] = Object.values(attribute.value);
    return wanted === undefined || (typeof value !== "object" && String(value) === wanted);
  });
}

const timeAt = (words: Uint32Array, at: number): number =>
  (words[at + 1] as number) * 2 ** 32 + (words[at] as number);
