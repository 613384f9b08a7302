// What OTLP/JSON's rules ask of a reader: several spellings of one value, unknown fields, faults with their place.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ELEMENTS, OtlpDecodeError, OtlpTooLargeError } from "../error.ts";
import type { AnyValue } from "../types.ts";
import { decodeLogsJson } from "./logs.ts";
import { decodeTracesJson } from "./spans.ts";
import { keyValuesFromJson, keyValuesToJson, valueFromJson } from "./values.ts";

const inSpan = (span: object) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });

const spanOf = (span: object) => {
  const decoded = decodeTracesJson(inSpan(span)).resourceSpans[0]?.scopeSpans[0]?.spans[0];
  if (!decoded) throw new Error("no span");
  return decoded;
};

const failure = (decode: () => unknown) => {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(OtlpDecodeError);
    return (error as OtlpDecodeError).message;
  }
  throw new Error("was accepted");
};

describe("reading", () => {
  test("missing fields and null are defaults", () => {
    const empty = spanOf({});
    expect(empty).toMatchObject({
      traceId: "",
      kind: 0,
      startTimeUnixNano: 0n,
      attributes: [],
      status: { code: 0, message: "" },
    });
    expect(
      spanOf({ traceId: null, kind: null, attributes: null, status: null, startTimeUnixNano: null }),
    ).toEqual(empty);
    expect(decodeTracesJson("{}")).toEqual({ resourceSpans: [] });
  });

  test("unknown fields are skipped", () => {
    expect(spanOf({ name: "a", futureField: { x: [1] } }).name).toBe("a");
  });

  test("64-bit integers come as text or as numbers", () => {
    expect(spanOf({ startTimeUnixNano: "1700000000000000001" }).startTimeUnixNano).toBe(1700000000000000001n);
    expect(spanOf({ startTimeUnixNano: 1700 }).startTimeUnixNano).toBe(1700n);
    expect(spanOf({ endTimeUnixNano: "18446744073709551615" }).endTimeUnixNano).toBe(2n ** 64n - 1n);
  });

  test("enums come as numbers or names, unknown numbers are kept", () => {
    expect(spanOf({ kind: "SPAN_KIND_SERVER", status: { code: "STATUS_CODE_ERROR" } })).toMatchObject({
      kind: 2,
      status: { code: 2 },
    });
    expect(spanOf({ kind: 77 }).kind).toBe(77);
    const logs = {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: "SEVERITY_NUMBER_WARN2" }] }] }],
    };
    expect(
      decodeLogsJson(JSON.stringify(logs)).resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.severityNumber,
    ).toBe(14);
  });

  test("ids are lower-cased", () => {
    expect(spanOf({ spanId: "00F067AA0BA902B7" }).spanId).toBe("00f067aa0ba902b7");
  });

  test.each<[unknown, AnyValue]>([
    [{ doubleValue: "NaN" }, { doubleValue: Number.NaN }],
    [{ doubleValue: "-Infinity" }, { doubleValue: Number.NEGATIVE_INFINITY }],
    [{ doubleValue: "1.5" }, { doubleValue: 1.5 }],
    [{ intValue: 42 }, { intValue: 42n }],
    [{ intValue: "-9223372036854775808" }, { intValue: -(2n ** 63n) }],
    [{ bytesValue: "AQID" }, { bytesValue: new Uint8Array([1, 2, 3]) }],
    [{ bytesValue: "-_8" }, { bytesValue: new Uint8Array([251, 255]) }],
    [{ arrayValue: {} }, { arrayValue: { values: [] } }],
    [{ stringValue: null, boolValue: false }, { boolValue: false }],
    [{}, {}],
    [{ stringValue: "a\ud800b" }, { stringValue: "a\ufffdb" }],
  ])("the value %j", (json, value) => {
    expect(valueFromJson(json)).toEqual(value);
  });

  test("integers beyond 2^53 are exact, as text and as JSON numbers", () => {
    const text = inSpan({ startTimeUnixNano: 1, attributes: [{ key: "k", value: { intValue: 2 } }] })
      .replace('"startTimeUnixNano":1', '"startTimeUnixNano": 1700000000123456789')
      .replace('"intValue":2', '"intValue":-9007199254740993');
    const span = decodeTracesJson(text).resourceSpans[0]?.scopeSpans[0]?.spans[0];
    expect(span?.startTimeUnixNano).toBe(1700000000123456789n);
    expect(span?.attributes[0]?.value).toEqual({ intValue: -9007199254740993n });
    const double = inSpan({ attributes: [{ key: "k", value: { doubleValue: 2 } }] });
    const whole = double.replace('"doubleValue":2', '"doubleValue":12345678901234567890');
    expect(decodeTracesJson(whole).resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes[0]?.value).toEqual({
      doubleValue: Number("12345678901234567890"),
    });
  });

  test("an integer that was rounded before it came is refused", () => {
    expect(failure(() => valueFromJson({ intValue: 2 ** 53 + 2 }))).toContain(
      "intValue: 9007199254740994 is beyond 2^53, where numbers are rounded; send decimal text",
    );
    expect(
      failure(() => decodeTracesJson('{"resourceSpans":[{"schemaUrl":12345678901234567890}]}')),
    ).toContain("expected a string, got 12345678901234567890");
  });

  test.each(["0x10", "1e999", "1 ", "-", "", "1.", "Infinite"])("%j is no double", (doubleValue) => {
    expect(failure(() => valueFromJson({ doubleValue }))).toContain("doubleValue: expected a number");
  });

  test("a pair without a value has the empty one", () => {
    expect(keyValuesFromJson([{ key: "k" }])).toEqual([{ key: "k", value: {} }]);
    expect(keyValuesToJson([{ key: "k", value: { intValue: 2n ** 60n } }])).toEqual([
      { key: "k", value: { intValue: "1152921504606846976" } },
    ]);
  });
});

describe("faults name their place", () => {
  test.each<[string, object, string]>([
    ["id", { traceId: "xyz" }, "spans[0].traceId: expected 32 hex digits"],
    ["time", { startTimeUnixNano: "now" }, "spans[0].startTimeUnixNano: expected uint64"],
    ["negative time", { startTimeUnixNano: "-1" }, "spans[0].startTimeUnixNano: -1 is outside uint64"],
    ["fraction", { startTimeUnixNano: 1.5 }, "spans[0].startTimeUnixNano"],
    ["name", { name: 5 }, "spans[0].name: expected a string, got 5"],
    ["kind", { kind: "SERVER" }, "spans[0].kind: expected a number or one of SPAN_KIND_UNSPECIFIED"],
    ["flags", { flags: -1 }, "spans[0].flags"],
    ["attributes", { attributes: {} }, "spans[0].attributes: expected an array, got an object"],
    [
      "attribute",
      { attributes: [{ key: "a", value: { intValue: "x" } }] },
      "attributes[0].value.intValue: expected int64",
    ],
    ["key", { attributes: [{ key: 1 }] }, "attributes[0].key: expected a string"],
    [
      "two members",
      { attributes: [{ key: "a", value: { intValue: 1, boolValue: true } }] },
      "attributes[0].value: a value has both",
    ],
    [
      "bytes",
      { attributes: [{ key: "a", value: { bytesValue: "!" } }] },
      "attributes[0].value.bytesValue: expected base64",
    ],
    [
      "nested",
      { attributes: [{ key: "a", value: { arrayValue: { values: [{ boolValue: 1 }] } } }] },
      "value.arrayValue.values[0].boolValue",
    ],
    ["event", { events: [{}, { timeUnixNano: true }] }, "spans[0].events[1].timeUnixNano"],
    ["status", { status: { code: 1.5 } }, "spans[0].status.code"],
    ["message", { status: "ERROR" }, "spans[0].status: expected an object"],
  ])("%s", (_, span, message) => {
    expect(failure(() => decodeTracesJson(inSpan(span)))).toContain(
      `resourceSpans[0].scopeSpans[0].${message}`.slice(-message.length),
    );
    expect(failure(() => decodeTracesJson(inSpan(span)))).toContain(message);
  });

  test("what is no JSON object", () => {
    expect(failure(() => decodeTracesJson("{"))).toContain("not JSON");
    expect(failure(() => decodeTracesJson("[]"))).toContain("expected an object, got an array");
    expect(failure(() => decodeTracesJson(new Uint8Array([0x22, 0xff, 0x22])))).toContain("not JSON");
  });

  test("depth is limited, not recursed into", () => {
    const deep = `${'{"arrayValue":{"values":['.repeat(5000)}{}${"]}}".repeat(5000)}`;
    const text = `{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":${deep}}]}}]}`;
    expect(failure(() => decodeTracesJson(text))).toContain("nest deeper than 64");
  });
});

test("more elements than allowed are refused before they become objects, in texts they are not counted", () => {
  const bytes = (json: string) => new TextEncoder().encode(json);
  const many = (count: number, item: string) => Array(count).fill(item).join(",");
  const atLimit = bytes(`{"resourceSpans":[{"unknown":[${many(MAX_ELEMENTS - 1, "0")}]}]}`);
  expect(decodeTracesJson(atLimit).resourceSpans).toHaveLength(1);
  for (const json of [
    `{"resourceSpans":[{"unknown":[${many(MAX_ELEMENTS, "0")}]}]}`,
    `{"resourceSpans":[${many(MAX_ELEMENTS + 1, "{}")}]}`,
    `{"unknown":[${many(MAX_ELEMENTS, "[]")}]}`,
    `{"unknown":{${many(MAX_ELEMENTS * 8, '"":0')}}}`,
    "[".repeat(MAX_ELEMENTS + 1),
  ]) {
    expect(() => decodeTracesJson(bytes(json))).toThrow(OtlpTooLargeError);
  }
  const text = JSON.stringify({ resourceSpans: [{ schemaUrl: `\\"${",[{".repeat(MAX_ELEMENTS * 3)}\\` }] });
  expect(decodeTracesJson(bytes(text)).resourceSpans).toHaveLength(1);
});

test("any JSON gives a message or an OtlpDecodeError", () => {
  const names = [
    "resourceSpans",
    "scopeSpans",
    "spans",
    "attributes",
    "value",
    "key",
    "kind",
    "status",
    "traceId",
    "arrayValue",
    "values",
  ];
  const json = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "medium" },
      fc.constantFrom<unknown>(null, true, 1.5, -1, "", "x", "NaN"),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(json, (value) => {
      try {
        decodeTracesJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: value }] }, value] }));
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpDecodeError);
      }
    }),
    { numRuns: 1000 },
  );
});
