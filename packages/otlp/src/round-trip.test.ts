// What is encoded comes back, through either format and across both.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLogsJson, encodeLogsJson } from "./json/logs.ts";
import { decodeTracesJson, encodeTracesJson } from "./json/spans.ts";
import { logsData, tracesData } from "./messages.fixture.ts";
import { decodeLogsProtobuf, encodeLogsProtobuf } from "./protobuf/logs.ts";
import { decodeTracesProtobuf, encodeTracesProtobuf } from "./protobuf/spans.ts";

test("traces through JSON and protobuf", () => {
  fc.assert(
    fc.property(tracesData, (data) => {
      const throughJson = decodeTracesJson(encodeTracesJson(data));
      expect(throughJson).toEqual(data);
      expect(decodeTracesProtobuf(encodeTracesProtobuf(throughJson))).toEqual(data);
    }),
    { numRuns: 300 },
  );
});

test("logs through JSON and protobuf", () => {
  fc.assert(
    fc.property(logsData, (data) => {
      const throughJson = decodeLogsJson(new TextEncoder().encode(encodeLogsJson(data)));
      expect(throughJson).toEqual(data);
      expect(decodeLogsProtobuf(encodeLogsProtobuf(throughJson))).toEqual(data);
    }),
    { numRuns: 300 },
  );
});

test("protobuf keeps the sign of zero", () => {
  const resource = { attributes: [{ key: "k", value: { doubleValue: -0 } }], droppedAttributesCount: 0 };
  const data = { resourceSpans: [{ resource, scopeSpans: [], schemaUrl: "" }] };
  const [group] = decodeTracesProtobuf(encodeTracesProtobuf(data)).resourceSpans;
  expect(group?.resource.attributes[0]?.value).toEqual({ doubleValue: -0 });
});
