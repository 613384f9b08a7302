// Logs to and from OTLP's protobuf: the body of `/v1/logs` with `application/x-protobuf`. Field numbers are those of
// opentelemetry/proto/logs/v1/logs.proto.

import type { LogRecord, LogsData, ResourceLogs, ScopeLogs } from "../types.ts";
import { ProtobufReader } from "./reader.ts";
import {
  emptyResource,
  emptyScope,
  readKeyValue,
  readResource,
  readScope,
  readValue,
  writeKeyValues,
  writeResource,
  writeScope,
  writeValue,
} from "./values.ts";
import { ProtobufWriter } from "./writer.ts";

export function encodeLogsProtobuf(data: LogsData): Uint8Array {
  const writer = new ProtobufWriter();
  for (const group of data.resourceLogs) {
    writer.message(10, () => {
      writer.message(10, () => writeResource(writer, group.resource));
      for (const scoped of group.scopeLogs) writer.message(18, () => writeScopeLogs(writer, scoped));
      writer.string(26, group.schemaUrl);
    });
  }
  return writer.finish();
}

function writeScopeLogs(writer: ProtobufWriter, group: ScopeLogs): void {
  writer.message(10, () => writeScope(writer, group.scope));
  for (const log of group.logRecords) writer.message(18, () => writeLog(writer, log));
  writer.string(26, group.schemaUrl);
}

function writeLog(writer: ProtobufWriter, log: LogRecord): void {
  writer.fixed64(9, log.timeUnixNano);
  writer.int32(16, log.severityNumber);
  writer.string(26, log.severityText);
  writer.message(42, () => writeValue(writer, log.body));
  writeKeyValues(writer, 50, log.attributes);
  writer.uint32(56, log.droppedAttributesCount);
  writer.fixed32(69, log.flags);
  writer.id(74, log.traceId);
  writer.id(82, log.spanId);
  writer.fixed64(89, log.observedTimeUnixNano);
  writer.string(98, log.eventName);
}

/** @throws OtlpDecodeError with the byte offset for anything that is not a well-formed message. */
export function decodeLogsProtobuf(bytes: Uint8Array): LogsData {
  const reader = new ProtobufReader(bytes);
  const data: LogsData = { resourceLogs: [] };
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) data.resourceLogs.push(readResourceLogs(reader));
    else reader.skip(tag);
  }
  return data;
}

function readResourceLogs(reader: ProtobufReader): ResourceLogs {
  const group: ResourceLogs = { resource: emptyResource(), scopeLogs: [], schemaUrl: "" };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readResource(reader, group.resource);
    else if (tag === 18) group.scopeLogs.push(readScopeLogs(reader));
    else if (tag === 26) group.schemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return group;
}

function readScopeLogs(reader: ProtobufReader): ScopeLogs {
  const group: ScopeLogs = { scope: emptyScope(), logRecords: [], schemaUrl: "" };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readScope(reader, group.scope);
    else if (tag === 18) group.logRecords.push(readLog(reader));
    else if (tag === 26) group.schemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return group;
}

function readLog(reader: ProtobufReader): LogRecord {
  const log: LogRecord = {
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: "",
    body: {},
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: "",
    spanId: "",
    eventName: "",
  };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 9) log.timeUnixNano = reader.fixed64();
    else if (tag === 16) log.severityNumber = reader.int32();
    else if (tag === 26) log.severityText = reader.string();
    else if (tag === 42) log.body = readValue(reader, 0, log.body);
    else if (tag === 50) log.attributes.push(readKeyValue(reader));
    else if (tag === 56) log.droppedAttributesCount = reader.uint32();
    else if (tag === 69) log.flags = reader.fixed32();
    else if (tag === 74) log.traceId = reader.id(16);
    else if (tag === 82) log.spanId = reader.id(8);
    else if (tag === 89) log.observedTimeUnixNano = reader.fixed64();
    else if (tag === 98) log.eventName = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return log;
}
