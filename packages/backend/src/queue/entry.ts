// What waits in a queue: a part of a request as its sender encoded it, or as protobuf where only some of it goes on. Before
// it lie its signal, its encoding and how many spans or logs are in it.

import {
  decodeLogsJson,
  decodeLogsProtobuf,
  decodeTracesJson,
  decodeTracesProtobuf,
  encodeLogsJson,
  encodeLogsProtobuf,
  encodeTracesJson,
  encodeTracesProtobuf,
  type LogRecord,
  type LogsData,
  type Resource,
  type Span,
  type TracesData,
} from "@enterspan/otlp";

export interface Entry {
  signal: (typeof SIGNALS)[number];
  encoding: "protobuf" | "json";
  /** Spans or logs in `body`. */
  records: number;
  body: Uint8Array;
}

export const HEAD_BYTES = 8;
const SIGNALS = ["traces", "logs"] as const;
const ENCODINGS = ["protobuf", "json"] as const;

export function storedEntry({ signal, encoding, records, body }: Entry): Uint8Array[] {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(SIGNALS.indexOf(signal), 0);
  head.writeUInt8(ENCODINGS.indexOf(encoding), 1);
  head.writeUInt32LE(records, 4);
  return [head, body];
}

/** Whether a record may be an entry; in its body there may be anything. */
export const isEntry = (stored: Uint8Array): boolean =>
  stored.length >= HEAD_BYTES &&
  SIGNALS[stored[0] as number] !== undefined &&
  ENCODINGS[stored[1] as number] !== undefined;

/** Of a record that is one. */
export function entryOf(stored: Uint8Array): Entry {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  return {
    signal: SIGNALS[view.getUint8(0)] as Entry["signal"],
    encoding: ENCODINGS[view.getUint8(1)] as Entry["encoding"],
    records: view.getUint32(4, true),
    body: stored.subarray(HEAD_BYTES),
  };
}

const TRACES = {
  decode: (entry: Entry): TracesData =>
    entry.encoding === "json" ? decodeTracesJson(entry.body) : decodeTracesProtobuf(entry.body),
  join: (parts: readonly TracesData[]): TracesData => ({
    resourceSpans: parts.flatMap(({ resourceSpans }) => resourceSpans),
  }),
};

const LOGS = {
  decode: (entry: Entry): LogsData =>
    entry.encoding === "json" ? decodeLogsJson(entry.body) : decodeLogsProtobuf(entry.body),
  join: (parts: readonly LogsData[]): LogsData => ({
    resourceLogs: parts.flatMap(({ resourceLogs }) => resourceLogs),
  }),
};

/** One request's body of entries of one signal, which stay in order. */
export function bodyOf(entries: readonly Entry[], encoding: Entry["encoding"]): Uint8Array {
  // Messages of protobuf behind each other are one message with all their elements.
  if (encoding === "protobuf") return Buffer.concat(entries.map((entry) => asProtobuf(entry).body));
  const [only, ...more] = entries;
  if (only?.encoding === "json" && more.length === 0) return only.body;
  const text =
    entries[0]?.signal === "traces"
      ? encodeTracesJson(TRACES.join(entries.map(TRACES.decode)))
      : encodeLogsJson(LOGS.join(entries.map(LOGS.decode)));
  return Buffer.from(text);
}

function asProtobuf(entry: Entry): Entry {
  return entry.encoding === "protobuf" ? entry : selected(entry, (record) => record);
}

/** What stands in place of a span or log, if anything; `index` counts those of an entry in the order they were sent. */
export type PickRecord = <Record extends Span | LogRecord>(
  record: Record,
  resource: Resource,
  index: number,
) => Record | undefined;

/** The entry with what `pick` gives for each span or log, which it is asked for in their order. */
export function selected(entry: Entry, pick: PickRecord): Entry {
  let index = 0;
  let records = 0;
  const picked = <Record extends Span | LogRecord>(from: readonly Record[], resource: Resource): Record[] => {
    const kept = from.flatMap((record) => pick(record, resource, index++) ?? []);
    records += kept.length;
    return kept;
  };
  let body: Uint8Array;
  if (entry.signal === "traces") {
    const { resourceSpans } = TRACES.decode(entry);
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const scoped of scopeSpans) scoped.spans = picked(scoped.spans, resource);
    }
    for (const group of resourceSpans)
      group.scopeSpans = group.scopeSpans.filter(({ spans }) => spans.length > 0);
    body = encodeTracesProtobuf({
      resourceSpans: resourceSpans.filter((group) => group.scopeSpans.length > 0),
    });
  } else {
    const { resourceLogs } = LOGS.decode(entry);
    for (const { resource, scopeLogs } of resourceLogs) {
      for (const scoped of scopeLogs) scoped.logRecords = picked(scoped.logRecords, resource);
    }
    for (const group of resourceLogs)
      group.scopeLogs = group.scopeLogs.filter(({ logRecords }) => logRecords.length > 0);
    body = encodeLogsProtobuf({ resourceLogs: resourceLogs.filter((group) => group.scopeLogs.length > 0) });
  }
  return { signal: entry.signal, encoding: "protobuf", records, body };
}

/** Both halves of what was too much at once; nothing where there is only one record. */
export function halves(entries: readonly Entry[]): [Entry[], Entry[]] | undefined {
  const middle = Math.ceil(entries.length / 2);
  if (entries.length > 1) return [entries.slice(0, middle), entries.slice(middle)];
  const [only] = entries;
  if (only === undefined || only.records < 2) return undefined;
  const first = Math.ceil(only.records / 2);
  return [
    [selected(only, (record, _, index) => (index < first ? record : undefined))],
    [selected(only, (record, _, index) => (index < first ? undefined : record))],
  ];
}
