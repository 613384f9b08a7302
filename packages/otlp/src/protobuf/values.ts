// AnyValue, KeyValue, Resource and InstrumentationScope in protobuf. A tag is field number × 8 + wire type; a field of
// the wrong wire type falls through to `skip`, as protobuf asks. A message given twice is merged, a scalar's last wins.

import { MAX_VALUE_DEPTH } from "../error.ts";
import type { AnyValue, EntityRef, InstrumentationScope, KeyValue, Resource } from "../types.ts";
import type { ProtobufReader } from "./reader.ts";
import type { ProtobufWriter } from "./writer.ts";

/** The tags of AnyValue's members. */
export const VALUE = { string: 10, bool: 16, int: 24, double: 33, array: 42, kvlist: 50, bytes: 58 } as const;

export function writeValue(writer: ProtobufWriter, value: AnyValue): void {
  if ("stringValue" in value) writer.presentString(VALUE.string, value.stringValue);
  else if ("boolValue" in value) writer.presentBool(VALUE.bool, value.boolValue);
  else if ("intValue" in value) writer.presentInt64(VALUE.int, value.intValue);
  else if ("doubleValue" in value) writer.presentDouble(VALUE.double, value.doubleValue);
  else if ("bytesValue" in value) writer.presentBytes(VALUE.bytes, value.bytesValue);
  else if ("arrayValue" in value) {
    writer.message(VALUE.array, () => {
      for (const item of value.arrayValue.values) writer.message(10, () => writeValue(writer, item));
    });
  } else if ("kvlistValue" in value) {
    writer.message(VALUE.kvlist, () => writeKeyValues(writer, 10, value.kvlistValue.values));
  }
}

export function writeKeyValues(writer: ProtobufWriter, tag: number, pairs: readonly KeyValue[]): void {
  for (const { key, value } of pairs) {
    writer.message(tag, () => {
      writer.string(10, key);
      writer.message(18, () => writeValue(writer, value));
    });
  }
}

/** Reads the message at the cursor into `value`, which an earlier occurrence of the same field may have filled. */
export function readValue(reader: ProtobufReader, depth = 0, earlier: AnyValue = {}): AnyValue {
  if (depth > MAX_VALUE_DEPTH) throw reader.fault(`values nest deeper than ${MAX_VALUE_DEPTH}`);
  let value = earlier;
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case VALUE.string:
        value = { stringValue: reader.string() };
        break;
      case VALUE.bool:
        value = { boolValue: reader.bool() };
        break;
      case VALUE.int:
        value = { intValue: reader.int64() };
        break;
      case VALUE.double:
        value = { doubleValue: reader.double() };
        break;
      case VALUE.bytes:
        value = { bytesValue: reader.bytes() };
        break;
      case VALUE.array: {
        const values = "arrayValue" in value ? value.arrayValue.values : [];
        readItems(reader, () => {
          reader.countElement();
          values.push(readValue(reader, depth + 1));
        });
        value = { arrayValue: { values } };
        break;
      }
      case VALUE.kvlist: {
        const values = "kvlistValue" in value ? value.kvlistValue.values : [];
        readItems(reader, () => values.push(readKeyValue(reader, depth + 1)));
        value = { kvlistValue: { values } };
        break;
      }
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return value;
}

/** ArrayValue and KeyValueList both hold one repeated field, number 1. */
function readItems(reader: ProtobufReader, readItem: () => void): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readItem();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

export function readKeyValue(reader: ProtobufReader, depth = 0): KeyValue {
  const pair: KeyValue = { key: "", value: {} };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) pair.key = reader.string();
    else if (tag === 18) pair.value = readValue(reader, depth, pair.value);
    else reader.skip(tag);
  }
  reader.leave(outer);
  return pair;
}

export function writeResource(writer: ProtobufWriter, resource: Resource): void {
  writeKeyValues(writer, 10, resource.attributes);
  writer.uint32(16, resource.droppedAttributesCount);
  for (const ref of resource.entityRefs ?? []) writer.message(26, () => writeEntityRef(writer, ref));
}

function writeEntityRef(
  writer: ProtobufWriter,
  { schemaUrl, type, idKeys, descriptionKeys }: EntityRef,
): void {
  writer.string(10, schemaUrl);
  writer.string(18, type);
  for (const key of idKeys) writer.presentString(26, key);
  for (const key of descriptionKeys) writer.presentString(34, key);
}

export function readResource(reader: ProtobufReader, resource: Resource): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) resource.attributes.push(readKeyValue(reader));
    else if (tag === 16) resource.droppedAttributesCount = reader.uint32();
    else if (tag === 26) {
      resource.entityRefs ??= [];
      resource.entityRefs.push(readEntityRef(reader));
    } else reader.skip(tag);
  }
  reader.leave(outer);
}

function readEntityRef(reader: ProtobufReader): EntityRef {
  const ref: EntityRef = { schemaUrl: "", type: "", idKeys: [], descriptionKeys: [] };
  const keyOf = () => {
    reader.countElement();
    return reader.string();
  };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) ref.schemaUrl = reader.string();
    else if (tag === 18) ref.type = reader.string();
    else if (tag === 26) ref.idKeys.push(keyOf());
    else if (tag === 34) ref.descriptionKeys.push(keyOf());
    else reader.skip(tag);
  }
  reader.leave(outer);
  return ref;
}

export function writeScope(writer: ProtobufWriter, scope: InstrumentationScope): void {
  writer.string(10, scope.name);
  writer.string(18, scope.version);
  writeKeyValues(writer, 26, scope.attributes);
  writer.uint32(32, scope.droppedAttributesCount);
}

export function readScope(reader: ProtobufReader, scope: InstrumentationScope): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) scope.name = reader.string();
    else if (tag === 18) scope.version = reader.string();
    else if (tag === 26) scope.attributes.push(readKeyValue(reader));
    else if (tag === 32) scope.droppedAttributesCount = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

export const emptyResource = (): Resource => ({ attributes: [], droppedAttributesCount: 0 });
export const emptyScope = (): InstrumentationScope => ({
  name: "",
  version: "",
  attributes: [],
  droppedAttributesCount: 0,
});
