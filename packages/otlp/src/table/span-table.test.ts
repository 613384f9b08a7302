// Tables hold what the messages hold, whichever way they are filled, and refuse what the decoder of messages refuses.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ELEMENTS, OtlpDecodeError, OtlpTooLargeError } from "../error.ts";
import { decodeTracesJson, encodeTracesJson } from "../json/spans.ts";
import { tracesData } from "../messages.fixture.ts";
import { decodeTracesProtobuf, encodeTracesProtobuf } from "../protobuf/spans.ts";
import { encodeWithPeer } from "../protobufjs.fixture.ts";
import type { TracesData } from "../types.ts";
import { decodeTracesJsonTable } from "./from-json.ts";
import { spanTableOf } from "./from-messages.fixture.ts";
import { decodeTracesProtobufTable } from "./from-protobuf.ts";
import { flat, messagesOf } from "./span-table.fixture.ts";

describe("a table of spans", () => {
  test("holds the messages it is made from", () => {
    fc.assert(
      fc.property(tracesData, (data) => {
        expect(messagesOf(spanTableOf(data))).toEqual(flat(data));
      }),
      { numRuns: 300 },
    );
  });

  test("holds what protobufjs has written", () => {
    fc.assert(
      fc.property(tracesData, (data) => {
        expect(messagesOf(decodeTracesProtobufTable(encodeWithPeer("TracesData", data)))).toEqual(flat(data));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps what it holds when others are read after it, whole or broken", () => {
    const bytes = fc.tuple(tracesData.map(encodeTracesProtobuf), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 2, maxLength: 5 }), (requests) => {
        const tables = requests.map(([request, share]) => {
          try {
            decodeTracesProtobufTable(request.subarray(0, request.length * share));
          } catch {}
          return decodeTracesProtobufTable(request);
        });
        const wanted = requests.map(([request]) => flat(decodeTracesProtobuf(request)));
        expect(tables.map(messagesOf)).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  test("holds what OTLP/JSON holds", () => {
    fc.assert(
      fc.property(tracesData, (data) => {
        const text = encodeTracesJson(data);
        expect(messagesOf(decodeTracesJsonTable(text))).toEqual(flat(decodeTracesJson(text)));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    { value: { stringValue: "lone \ud800" } },
    { value: { intValue: "007" } },
    { value: { intValue: "-0" } },
    { value: { intValue: 12 } },
    { value: { intValue: "9223372036854775807" } },
    { value: { intValue: "9223372036854775808" } },
    { value: { intValue: 1.5 } },
    { value: { doubleValue: "-0" } },
    { value: { doubleValue: "1e400" } },
    { value: { boolValue: "true" } },
    { value: { boolValue: null } },
    { value: { stringValue: "a", intValue: "1" } },
    { value: { stringValue: "a", intValue: null, unknown: 1 } },
    { value: { unknown: 1 } },
    { value: [] },
    { value: "text" },
    { value: null },
    { key: "\udc00", value: { stringValue: "x" } },
    { key: 5, value: { stringValue: "x" } },
  ])("takes or refuses %j as the decoder of messages does", (pair) => {
    const times = [{ startTimeUnixNano: "18446744073709551615" }, { startTimeUnixNano: 12 }, {}];
    for (const time of times) {
      const spans = [{ attributes: [{ key: "k", ...pair }], ...time }];
      const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
      expect(outcome(() => messagesOf(decodeTracesJsonTable(text)))).toEqual(
        outcome(() => decodeTracesJson(text)),
      );
    }
  });

  test("of many spans and long texts is complete", () => {
    const [sample] = fc.sample(tracesData, { numRuns: 1, seed: 7 }) as [TracesData];
    const text = "ab\u{1F600}é".repeat(5_000);
    const [span] = fc.sample(
      tracesData.map((data) => data.resourceSpans[0]?.scopeSpans[0]?.spans[0]).filter((found) => !!found),
      { numRuns: 1, seed: 7 },
    ) as [TracesData["resourceSpans"][number]["scopeSpans"][number]["spans"][number]];
    const spans = Array.from({ length: 300 }, (_, at) => ({
      ...span,
      name: at % 50 ? `name ${at}` : text,
      attributes: Array.from({ length: 20 }, (_, key) => ({
        key: `key.${at}.${key}`,
        value: { intValue: BigInt(at) ** BigInt(key % 7) },
      })),
    }));
    const scope = { name: "s", version: "", attributes: [], droppedAttributesCount: 0 };
    const resource = { attributes: [], droppedAttributesCount: 0 };
    const data: TracesData = {
      resourceSpans: [
        ...sample.resourceSpans,
        { resource, scopeSpans: [{ scope, spans, schemaUrl: "" }], schemaUrl: "u" },
      ],
    };
    expect(messagesOf(decodeTracesProtobufTable(encodeWithPeer("TracesData", data)))).toEqual(flat(data));
  });

  test.each([
    ["a key after its value", "12 03 0a 01 78 0a 01 6b", { key: "k", value: { stringValue: "x" } }],
    ["a value given twice", "0a 01 6b 12 03 0a 01 78 12 02 18 05", { key: "k", value: { intValue: 5n } }],
    ["two members in a value", "0a 01 6b 12 05 0a 01 78 18 05", { key: "k", value: { intValue: 5n } }],
    [
      "an unknown field in a pair",
      "0a 01 6b 18 01 12 03 0a 01 78",
      { key: "k", value: { stringValue: "x" } },
    ],
    ["no value", "0a 01 6b", { key: "k", value: {} }],
    ["an empty value", "0a 01 6b 12 00", { key: "k", value: {} }],
    ["no key", "12 02 10 01", { key: "", value: { boolValue: true } }],
  ])("reads %s as the decoder of messages does", (_, hex, pair) => {
    const bytes = inSpan(hex);
    expect(decodeTracesProtobuf(bytes).resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes).toEqual([pair]);
    expect(messagesOf(decodeTracesProtobufTable(bytes))).toEqual(decodeTracesProtobuf(bytes));
  });

  test("refuses and takes the same damaged bytes as the decoder of messages", () => {
    const damage = fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.integer({ min: 0, max: 255 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    let taken = 0;
    fc.assert(
      fc.property(tracesData, damage, fc.double({ min: 0.2, max: 1, noNaN: true }), (data, changes, kept) => {
        const bytes = Uint8Array.from(encodeWithPeer("TracesData", data));
        for (const [place, byte] of changes) bytes[Math.floor(place * bytes.length)] = byte;
        const body = bytes.subarray(0, Math.ceil(bytes.length * kept));
        const expected = outcome(() => flat(decodeTracesProtobuf(body)));
        expect(outcome(() => messagesOf(decodeTracesProtobufTable(body)))).toEqual(expected);
        if (typeof expected === "object") taken++;
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(10);
  });

  test("takes as many elements as the decoder of messages, and no more", () => {
    // The resource, the scope and the span count too; an empty attribute is two bytes.
    const attributes = (count: number) => inSpan("", Buffer.alloc(count * 2, Buffer.from([74, 0])));
    expect(decodeTracesProtobufTable(attributes(MAX_ELEMENTS - 3)).attributeCount).toBe(MAX_ELEMENTS - 3);
    expect(() => decodeTracesProtobufTable(attributes(MAX_ELEMENTS - 2))).toThrow(OtlpTooLargeError);
  });

  test("more keys than are recognised by their bytes are all there", () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `key ${at}`.padEnd(12));
    const pairs = keys.flatMap((key) => [
      Buffer.from("4a120a0c", "hex"),
      Buffer.from(key),
      Buffer.from("12021001", "hex"),
    ]);
    const table = decodeTracesProtobufTable(inSpan("", Buffer.concat([...pairs, ...pairs])));
    expect(
      messagesOf(table).resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes.map(({ key }) => key),
    ).toEqual([...keys, ...keys]);
    expect(table.keys.list).toHaveLength(20_000);
  });
});

/** What is decoded, or what is said against it. */
function outcome(decode: () => TracesData): TracesData | string {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof OtlpDecodeError)) throw error;
    return "refused";
  }
}

/** One span whose fields are those bytes, or one attribute of these. */
function inSpan(attribute: string, fields?: Uint8Array): Uint8Array {
  const pair = Buffer.from(attribute.replaceAll(" ", ""), "hex");
  let message: Uint8Array = fields ?? framed(74, pair);
  for (const tag of [18, 18, 10]) message = framed(tag, message);
  return message;
}

function framed(tag: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}
