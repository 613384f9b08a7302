// OTLP as types and as bytes. Tracers encode, the backend decodes, tests do both; nothing here sends or stores. Every
// codec is its own export without side effects, so a bundler keeps only the ones used.

export { MAX_ELEMENTS, MAX_VALUE_DEPTH, OtlpDecodeError, OtlpTooLargeError } from "./error.ts";
export { decodeLogsJson, encodeLogsJson } from "./json/logs.ts";
export {
  decodeTracesJson,
  encodeTracesJson,
  eventFromJson,
  eventToJson,
  linkFromJson,
  linkToJson,
} from "./json/spans.ts";
export {
  type JsonKeyValue,
  type JsonValue,
  keyValuesFromJson,
  keyValuesToJson,
  valueFromJson,
  valueToJson,
} from "./json/values.ts";
export { countMetricsJson, countMetricsProtobuf } from "./metrics.ts";
export { type PlainValue, plainOf } from "./plain.ts";
export { decodeLogsProtobuf, encodeLogsProtobuf } from "./protobuf/logs.ts";
export { decodeTracesProtobuf, encodeTracesProtobuf } from "./protobuf/spans.ts";
export {
  decodeExportResponseJson,
  decodeExportResponseProtobuf,
  decodeStatusMessageJson,
  decodeStatusMessageProtobuf,
  encodeExportResponseJson,
  encodeExportResponseProtobuf,
  encodeStatusJson,
  encodeStatusProtobuf,
  type PartialSuccess,
  RpcCode,
} from "./response.ts";
export { decodeTracesJsonTable } from "./table/from-json.ts";
export { decodeTracesProtobufTable } from "./table/from-protobuf.ts";
export {
  ATTRIBUTE_WORDS,
  KINDS,
  SPAN_WORD,
  SPAN_WORDS,
  type SpanOrigin,
  SpanTable,
  ValueKind,
} from "./table/span-table.ts";
export { TextBuffer } from "./table/text-buffer.ts";
export * from "./types.ts";
