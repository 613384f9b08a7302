// The second opinion: the same messages through protobufjs by reflection. Field numbers and types are written down here
// once more, apart from the codec's, so that a slip in either shows.

import protobuf from "protobufjs";

type Fields = Record<string, protobuf.IField>;

/** `name: "type id"`, with `[]` behind the type for a repeated field. */
function fields(short: Record<string, string>): Fields {
  return Object.fromEntries(
    Object.entries(short).map(([name, text]) => {
      const [type = "", id] = text.split(" ");
      const repeated = type.endsWith("[]");
      return [name, { type: type.replace("[]", ""), id: Number(id), ...(repeated && { rule: "repeated" }) }];
    }),
  );
}

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            "stringValue",
            "boolValue",
            "intValue",
            "doubleValue",
            "arrayValue",
            "kvlistValue",
            "bytesValue",
          ],
        },
      },
      fields: fields({
        stringValue: "string 1",
        boolValue: "bool 2",
        intValue: "int64 3",
        doubleValue: "double 4",
        arrayValue: "ArrayValue 5",
        kvlistValue: "KeyValueList 6",
        bytesValue: "bytes 7",
      }),
    },
    ArrayValue: { fields: fields({ values: "AnyValue[] 1" }) },
    KeyValueList: { fields: fields({ values: "KeyValue[] 1" }) },
    KeyValue: { fields: fields({ key: "string 1", value: "AnyValue 2" }) },
    EntityRef: {
      fields: fields({
        schemaUrl: "string 1",
        type: "string 2",
        idKeys: "string[] 3",
        descriptionKeys: "string[] 4",
      }),
    },
    Resource: {
      fields: fields({
        attributes: "KeyValue[] 1",
        droppedAttributesCount: "uint32 2",
        entityRefs: "EntityRef[] 3",
      }),
    },
    Scope: {
      fields: fields({
        name: "string 1",
        version: "string 2",
        attributes: "KeyValue[] 3",
        droppedAttributesCount: "uint32 4",
      }),
    },
    // Enums are open in proto3; as int32 they keep numbers without a name.
    Status: { fields: fields({ message: "string 2", code: "int32 3" }) },
    Event: {
      fields: fields({
        timeUnixNano: "fixed64 1",
        name: "string 2",
        attributes: "KeyValue[] 3",
        droppedAttributesCount: "uint32 4",
      }),
    },
    Link: {
      fields: fields({
        traceId: "bytes 1",
        spanId: "bytes 2",
        traceState: "string 3",
        attributes: "KeyValue[] 4",
        droppedAttributesCount: "uint32 5",
        flags: "fixed32 6",
      }),
    },
    Span: {
      fields: fields({
        traceId: "bytes 1",
        spanId: "bytes 2",
        traceState: "string 3",
        parentSpanId: "bytes 4",
        name: "string 5",
        kind: "int32 6",
        startTimeUnixNano: "fixed64 7",
        endTimeUnixNano: "fixed64 8",
        attributes: "KeyValue[] 9",
        droppedAttributesCount: "uint32 10",
        events: "Event[] 11",
        droppedEventsCount: "uint32 12",
        links: "Link[] 13",
        droppedLinksCount: "uint32 14",
        status: "Status 15",
        flags: "fixed32 16",
      }),
    },
    ScopeSpans: { fields: fields({ scope: "Scope 1", spans: "Span[] 2", schemaUrl: "string 3" }) },
    ResourceSpans: {
      fields: fields({ resource: "Resource 1", scopeSpans: "ScopeSpans[] 2", schemaUrl: "string 3" }),
    },
    TracesData: { fields: fields({ resourceSpans: "ResourceSpans[] 1" }) },
    LogRecord: {
      fields: fields({
        timeUnixNano: "fixed64 1",
        severityNumber: "int32 2",
        severityText: "string 3",
        body: "AnyValue 5",
        attributes: "KeyValue[] 6",
        droppedAttributesCount: "uint32 7",
        flags: "fixed32 8",
        traceId: "bytes 9",
        spanId: "bytes 10",
        observedTimeUnixNano: "fixed64 11",
        eventName: "string 12",
      }),
    },
    ScopeLogs: { fields: fields({ scope: "Scope 1", logRecords: "LogRecord[] 2", schemaUrl: "string 3" }) },
    ResourceLogs: {
      fields: fields({ resource: "Resource 1", scopeLogs: "ScopeLogs[] 2", schemaUrl: "string 3" }),
    },
    LogsData: { fields: fields({ resourceLogs: "ResourceLogs[] 1" }) },
  },
});

/** Ids as bytes and 64-bit integers as text: what protobufjs takes and gives. */
function toPeer(value: unknown, key = ""): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string" && /^(traceId|spanId|parentSpanId)$/.test(key))
    return new Uint8Array(Buffer.from(value, "hex"));
  if (Array.isArray(value)) return value.map((item) => toPeer(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPeer(inner, name)]));
}

export function encodeWithPeer(message: "TracesData" | "LogsData", data: object): Uint8Array {
  const type = root.lookupType(message);
  return type.encode(type.fromObject(toPeer(data) as Record<string, unknown>)).finish();
}

/** In the peer's own form, to be compared with `inPeersForm` of what was encoded. */
export function decodeWithPeer(message: "TracesData" | "LogsData", bytes: Uint8Array): unknown {
  const type = root.lookupType(message);
  return plain(type.toObject(type.decode(bytes), { longs: String }));
}

/** `data` as the peer sees it after a round trip through its own objects. */
export function inPeersForm(message: "TracesData" | "LogsData", data: object): unknown {
  return decodeWithPeer(message, encodeWithPeer(message, data));
}

/** Buffers as plain arrays, so that comparison looks at their bytes alone. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
