// The value of an event's field as SQL expressions: its text, its number, its truth. `e` is the row of spans or logs, `r`
// its resource. A field that a table cannot have is `undefined`, so its condition is decided without reading rows.

import { DATASET, EVENT_TYPE } from "../event-type.ts";
import type { EventField, EventProperty, ValueType } from "../filter.ts";
import { NAME_KEYS } from "../trace-name.ts";
import type { KeyDictionary, KeyEntry, KeyPlace } from "./key-dictionary.ts";
import type { Params } from "./params.ts";

export type EventTable = "spans" | "logs";

/** The row's own place in the key dictionary. */
const PLACE = { spans: "span", logs: "log" } as const satisfies Record<EventTable, KeyPlace>;

/** The time that orders a table's events. */
export const TIME_COLUMN = { spans: "e.start_unix_nano", logs: "e.at_unix_nano" } as const;

/**
 * The level of a log: the sender's own word in lower case, else OTLP's number in words. 17 and above are errors. Spans
 * have the level only when they failed.
 */
export const LOG_LEVEL = `CASE
    WHEN e.severity_text <> '' THEN lower(e.severity_text)
    WHEN e.severity_number >= 21 THEN 'fatal'
    WHEN e.severity_number >= 17 THEN 'error'
    WHEN e.severity_number >= 13 THEN 'warn'
    WHEN e.severity_number >= 9 THEN 'info'
    WHEN e.severity_number >= 5 THEN 'debug'
    WHEN e.severity_number >= 1 THEN 'trace'
  END`;

/** The body of a log as people read it. */
export const LOG_MESSAGE = "coalesce(e.message, e.body)";

/** Whether the event counts as an error. */
export const IS_ERROR = {
  spans: "e.status_code = 2",
  logs: `(e.severity_number >= 17 OR lower(e.severity_text) IN ('error', 'fatal'))`,
} as const;

/** OTLP's codes as words; numbers that it does not know are read as the first. */
const word = (column: string, words: readonly string[]) =>
  `coalesce([${words.map((name) => `'${name}'`).join(", ")}][${column} + 1], '${words[0]}')`;
export const SPAN_STATUS = word("e.status_code", ["unset", "ok", "error"]);
export const SPAN_KIND = word("e.kind", [
  "unspecified",
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
]);

export const SPAN_ID = "lower(lpad(hex(e.span_id), 16, '0'))";
export const TRACE_ID = "replace(e.trace_id::VARCHAR, '-', '')";
/** Whole milliseconds first: all of a time's nanoseconds do not fit a DOUBLE. */
const millis = (nanos: string) => `(${nanos} // 1000000 + ${nanos} % 1000000 / 1e6)`;

/** Times and durations are numbers of milliseconds to callers. */
interface PropertySql {
  text?: string;
  nanos?: string;
}

const PROPERTIES: Record<EventTable, Partial<Record<EventProperty, PropertySql>>> = {
  spans: {
    type: { text: `'${EVENT_TYPE.span}'` },
    dataset: { text: `'${DATASET}'` },
    service: { text: "nullif(r.service, '')" },
    traceId: { text: TRACE_ID },
    spanId: { text: SPAN_ID },
    parentSpanId: {
      text: "CASE WHEN e.parent_span_id <> 0 THEN lower(lpad(hex(e.parent_span_id), 16, '0')) END",
    },
    spanName: { text: "e.name" },
    timestampMs: { nanos: "e.start_unix_nano" },
    durationMs: { nanos: "(e.end_unix_nano - e.start_unix_nano)" },
    startMs: { nanos: "e.start_unix_nano" },
    endMs: { nanos: "e.end_unix_nano" },
    level: { text: `CASE WHEN ${IS_ERROR.spans} THEN 'error' END` },
    status: { text: SPAN_STATUS },
    kind: { text: SPAN_KIND },
    error: { text: "e.error" },
  },
  logs: {
    type: { text: `'${EVENT_TYPE.log}'` },
    dataset: { text: `'${DATASET}'` },
    service: { text: "nullif(r.service, '')" },
    traceId: { text: TRACE_ID },
    spanId: { text: `CASE WHEN e.span_id <> 0 THEN ${SPAN_ID} END` },
    timestampMs: { nanos: "e.at_unix_nano" },
    level: { text: LOG_LEVEL },
    message: { text: LOG_MESSAGE },
    error: { text: `CASE WHEN ${IS_ERROR.logs} THEN ${LOG_MESSAGE} END` },
  },
};

/** Whether a number is kept as nanoseconds, which callers know as milliseconds. */
export const isNanos = (field: EventField): boolean =>
  "property" in field && PROPERTIES.spans[field.property]?.nanos !== undefined;

const TYPES_OF: Record<Exclude<ValueType, "string">, readonly string[]> = {
  number: ["i", "d"],
  boolean: ["b"],
};

/** Whether values of the key count where values of the type are compared: as text all do. */
export const isOfType =
  (type: ValueType) =>
  (entry: KeyEntry): boolean =>
    type === "string" || TYPES_OF[type].includes(entry.type);

/** Turns fields into SQL for one table and statement; remembers whether the resource must be joined. */
export class FieldSql {
  readonly table: EventTable;
  readonly params: Params;
  readonly #keys: KeyDictionary;
  /** Whether an expression so far uses `r`. */
  needsResource = false;

  constructor(table: EventTable, keys: KeyDictionary, params: Params) {
    this.table = table;
    this.params = params;
    this.#keys = keys;
  }

  /** A text, or undefined where no event of this table can have the field. */
  text(field: EventField): string | undefined {
    if ("attributes" in field) return this.#attribute(field.attributes, isOfType("string"));
    if (field.property === "trigger") return this.#trigger();
    const property = this.#property(field.property);
    return property?.text ?? (property?.nanos && `(${millis(property.nanos)})::VARCHAR`);
  }

  /** An attribute of the row itself, as text. */
  ownText(key: string): string | undefined {
    const lookups = this.#keys
      .entries(PLACE[this.table], key)
      .map(({ id }) => lookup("e", this.params.id(id)));
    return lookups.length > 1 ? `coalesce(${lookups.join(", ")})` : lookups[0];
  }

  /** A DOUBLE; 64-bit integers beyond 2^53 are rounded for the comparison, not in the store. */
  number(field: EventField): string | undefined {
    const nanos = this.nanos(field);
    if ("property" in field) return nanos && millis(nanos);
    const text = this.#attribute(field.attributes, isOfType("number"));
    return text && `TRY_CAST(${text} AS DOUBLE)`;
  }

  /** A BIGINT, for properties that are times or durations: aggregates over it take a third of the time. */
  nanos(field: EventField): string | undefined {
    return "property" in field ? this.#property(field.property)?.nanos : undefined;
  }

  boolean(field: EventField): string | undefined {
    if ("property" in field) return undefined;
    const text = this.#attribute(field.attributes, isOfType("boolean"));
    return text && `(${text} = 'true')`;
  }

  #property(property: EventProperty): PropertySql | undefined {
    if (property === "service") this.needsResource = true;
    return PROPERTIES[this.table][property];
  }

  /** The first of the attributes that the event or, after all of them, its resource has. */
  #attribute(names: readonly string[], wanted: (entry: KeyEntry) => boolean): string | undefined {
    const own = names.flatMap((name) => this.#keys.entries(PLACE[this.table], name).filter(wanted));
    const inherited = names.flatMap((name) => this.#keys.entries("resource", name).filter(wanted));
    if (inherited.length) this.needsResource = true;
    const lookups = [
      ...own.map(({ id }) => lookup("e", this.params.id(id))),
      ...inherited.map(({ id }) => lookup("r", this.params.id(id))),
    ];
    return lookups.length > 1 ? `coalesce(${lookups.join(", ")})` : lookups[0];
  }

  /** What set the invocation off: `GET /orders/42` for HTTP, else the kind of trigger. Calls to others have none. */
  #trigger(): string | undefined {
    if (this.table === "logs") return undefined;
    const method = this.#attribute([NAME_KEYS.method], isOfType("string"));
    const path = this.#attribute([NAME_KEYS.path], isOfType("string"));
    const kind = this.#attribute(["faas.trigger"], isOfType("string"));
    const http = method && path && `CASE WHEN e.kind <> 3 THEN ${method} || ' ' || ${path} END`;
    return http && kind ? `coalesce(${http}, ${kind})` : (http ?? kind);
  }
}

const lookup = (row: "e" | "r", id: string) =>
  `${row}.attribute_values[list_position(${row}.attribute_ids, ${id})]`;
