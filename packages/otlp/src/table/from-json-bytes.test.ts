// Whatever is read from the bytes gives what JSON.parse and its readers give, and all else is left to these.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ELEMENTS, OtlpTooLargeError } from "../error.ts";
import { parse } from "../json/read.ts";
import { encodeTracesJson } from "../json/spans.ts";
import { type Liberties, spelled } from "../json/spelling.fixture.ts";
import { tracesData } from "../messages.fixture.ts";
import { randomOf } from "../random.fixture.ts";
import { decodeTracesJsonTable, tableOfJson } from "./from-json.ts";
import { tableOfJsonBytes } from "./from-json-bytes.ts";
import { SENDERS } from "./senders.fixture.ts";
import { outcomeOf } from "./span-table.fixture.ts";
import { ATTRIBUTE_WORDS, type SpanTable } from "./span-table.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Of all attributes, as a store gets them. */
const textsOf = (table: SpanTable): string[] =>
  Array.from({ length: table.attributeCount }, (_, index) => {
    const [, start, length] = table.attributes.subarray(index * ATTRIBUTE_WORDS) as unknown as number[];
    return table.text(start as number, length as number);
  });

/** Whether it was read from the bytes. */
function expectSame(body: Uint8Array): boolean {
  const whole = body.slice();
  expect(outcomeOf(() => decodeTracesJsonTable(body))).toEqual(outcomeOf(() => tableOfJson(parse(body))));
  expect(body).toEqual(whole);
  const table = tableOfJsonBytes(body);
  if (table === undefined) return false;
  // Messages do not tell how a number is written, or whether a list is empty or missing.
  const other = tableOfJson(parse(body));
  expect(textsOf(table)).toEqual(textsOf(other));
  expect([table.events, table.links]).toEqual([other.events, other.links]);
  return true;
}

const share = fc.constantFrom(0, 0, 0.01, 0.2);
const liberties: fc.Arbitrary<Liberties> = fc.record({
  space: fc.constantFrom(0, 0.3, 1),
  order: share,
  escapes: share,
  numbers: share,
  members: share,
});
const NONE: Liberties = { space: 0, order: 0, escapes: 0, numbers: 0, members: 0 };
const seed = fc.integer();

describe("any document", () => {
  test("in any spelling", () => {
    let fromBytes = 0;
    let parsed = 0;
    fc.assert(
      fc.property(tracesData, liberties, seed, (data, taken, start) => {
        const text = spelled(JSON.parse(encodeTracesJson(data)), taken, randomOf(start));
        if (expectSame(bytesOf(text))) fromBytes++;
        else parsed++;
      }),
      { numRuns: 1_500 },
    );
    expect(fromBytes).toBeGreaterThan(300);
    expect(parsed).toBeGreaterThan(300);
  });

  test("cut off or damaged", () => {
    let taken = 0;
    const place = fc.double({ min: 0, max: 0.9999, noNaN: true });
    const change = fc.tuple(place, fc.constantFrom(...bytesOf('{}[]",:\\ \n019-+.eEtfnu\u0000\u0080')));
    fc.assert(
      fc.property(
        tracesData,
        liberties,
        seed,
        fc.array(change, { maxLength: 2 }),
        fc.oneof(fc.constant(1), place),
        (data, { space }, start, changes, kept) => {
          const text = spelled(JSON.parse(encodeTracesJson(data)), { ...NONE, space }, randomOf(start));
          const body = bytesOf(text);
          for (const [at, byte] of changes) body[Math.floor(at * body.length)] = byte;
          if (expectSame(body.subarray(0, Math.ceil(body.length * kept)))) taken++;
        },
      ),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

const inRequest = (spans: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans}]}]}]}`;
const inSpan = (members: string) => inRequest(`{${members}}`);
const inPair = (members: string) =>
  inSpan(`"attributes":[{${members}},{"key":"after","value":{"intValue":1}}]`);
const inValue = (members: string) => inPair(`"key":"k","value":{${members}}`);

describe("is read from the bytes", () => {
  test.each(Object.entries(SENDERS))("what is sent by %s", (_, text) => {
    expect(expectSame(bytesOf(text))).toBe(true);
    expect(expectSame(bytesOf(JSON.stringify(JSON.parse(text), null, 2)))).toBe(true);
    expect(decodeTracesJsonTable(bytesOf(text)).rows).toBe(1);
  });

  test("whatever our own encoder writes", () => {
    for (const data of fc.sample(tracesData, { numRuns: 200, seed: 1 })) {
      // Times of twenty digits are not before the year 2286.
      const text = encodeTracesJson(data).replaceAll(/"1\d{19}"/g, '"1767225600000000000"');
      expect(expectSame(bytesOf(text))).toBe(true);
    }
  });

  test.each([
    ["nothing", "{}"],
    ["white space around everything", inSpan('"name" : "a" , "kind":\t1').replaceAll(/[{}[\],]/g, "\r\n$& ")],
    ["no spans", inRequest("")],
    ["a span of nothing", inSpan("")],
    ["ids of upper case, and empty ones", inSpan('"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":""')],
    ["escapes", inSpan(String.raw`"name":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00","traceState":"\u0000"`)],
    ["half a surrogate pair", inSpan(String.raw`"name":"a\ud800","traceState":"\udc00\ud800b"`)],
    [
      "half a pair in a schema's URL",
      String.raw`{"resourceSpans":[{"schemaUrl":"\ud800","scopeSpans":[{"schemaUrl":"\udc00"}]}]}`,
    ],
    ["text beyond ASCII", inPair('"key":"schlüssel","value":{"stringValue":"\u{1F600} \u2028 \ufeff"}')],
    ["a key that begins with a byte order mark", inPair('"key":"\ufeffk","value":{"intValue":1}')],
    ["escapes in a key", inPair('"key":"a\\nb","value":{"stringValue":"x"}')],
    ["times", inSpan('"startTimeUnixNano":"9999999999999999999","endTimeUnixNano":"0"')],
    ["short times", inSpan('"startTimeUnixNano":"1000000000","endTimeUnixNano":"000000000000000012"')],
    ["extreme numbers", inSpan('"flags":4294967295,"kind":-2147483648,"status":{"code":2147483647}')],
    ["a status of nothing", inSpan('"status":{}')],
    ["a list for events that is empty", inSpan('"events":[],"links":[ ],"droppedLinksCount":0')],
    ["events", inSpan('"events":[{"timeUnixNano":1,"name":"e\\n","attributes":[{"key":"k"}],"x":[]}]')],
    ["links", inSpan('"links":[{"traceId":"","unknown":{}}]')],
    [
      "a resource after its spans",
      '{"resourceSpans":[{"scopeSpans":[{},{"spans":[{}],"scope":{"name":"s","x":1},"schemaUrl":"\\u0061"}],"schemaUrl":"b","resource":{"attributes":[{"key":"k"}]}}]}',
    ],
    ["a value before its key", inPair('"value":{"intValue":"1"},"key":"k"')],
    ["a pair of nothing", inPair("")],
    ["an unknown member in a pair", inPair('"key":"k","value":{"intValue":1},"future":[1]')],
    ["an empty value", inValue("")],
    ["a value alone", inPair('"value":{"boolValue":true}')],
    ["a key alone", inPair('"key":"k"')],
    ["values that nest", inValue('"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"é"}]}},{}]}')],
    ["bytes", inValue('"bytesValue":"AQID"')],
    ["two members of which one is null", inValue('"stringValue":"a","intValue":null')],
    ["true", inValue('"boolValue":true')],
    ["false", inValue('"boolValue":false')],
    ...["0", "-7", "999999999999999999", '"0"', '"-7"', '"999999999999999999"', '"-9223372036854775808"'].map(
      (integer) => [`the integer ${integer}`, inValue(`"intValue":${integer}`)],
    ),
    ...[
      "0",
      "-0",
      "-0.0",
      "1.0",
      "0.5",
      "0.05",
      "0.0000001",
      "1e3",
      "1E-3",
      "-1.5e+300",
      "1e400",
      "1e21",
    ].map((double) => [`the double ${double}`, inValue(`"doubleValue":${double}`)]),
    ...["123456789.012345", "1234567890.123456", "0.1234567890123456789", "1234567890123456", '"NaN"'].map(
      (double) => [`the double ${double}`, inValue(`"doubleValue":${double}`)],
    ),
  ])("%s", (_, text) => {
    expect(expectSame(bytesOf(text as string))).toBe(true);
    expect(outcomeOf(() => decodeTracesJsonTable(bytesOf(text as string)))).not.toBeTypeOf("string");
  });
});

describe("is left to JSON.parse", () => {
  test.each([
    ["an unknown member", inSpan('"name":"a","future":{"x":[1]}')],
    ["a member that comes twice", inSpan('"name":"a","name":""')],
    ["attributes that come twice", inSpan('"attributes":[{"key":"k"}],"attributes":[]')],
    ["spans that come twice", '{"resourceSpans":[{"scopeSpans":[{"spans":[{}],"spans":[]}]}]}'],
    ["a resource that comes twice", '{"resourceSpans":[{"resource":{},"resource":null}]}'],
    ["requests that come twice", '{"resourceSpans":[{}],"resourceSpans":[]}'],
    ["a status whose code comes twice", inSpan('"status":{"code":1,"code":2}')],
    ["null", inSpan('"name":null')],
    ["a name of a member with escapes", inSpan('"nam\\u0065":"a"')],
    ["a time as a number", inSpan('"startTimeUnixNano":1700000000123456789')],
    ["a time of twenty digits", inSpan('"startTimeUnixNano":"18446744073709551615"')],
    ["a negative time", inSpan('"startTimeUnixNano":"-1"')],
    ["a name for a kind", inSpan('"kind":"SPAN_KIND_SERVER"')],
    ["negative zero", inSpan('"flags":-0,"kind":-0')],
    ["a number with a fraction", inSpan('"flags":1.0')],
    ["a number in quotes", inSpan('"flags":"1"')],
    ["too large a number", inSpan('"flags":4294967296')],
    ["too large an enum", inSpan('"kind":2147483648')],
    ["an id that is too short", inSpan('"traceId":"5b8efff798038103d269b633813fc60"')],
    ["an id that is too long", inSpan('"spanId":"5b8efff798038103d"')],
    ["an id in one quote", inSpan('"spanId":"5b8efff798038103 ')],
    ["an id of other letters", inSpan('"spanId":"5b8efff79803810g"')],
    ["an id with an escape", inSpan('"spanId":"5b8efff798038\\u0031"')],
    ["a text that is none", inSpan('"name":5')],
    ["a line end within a text", inSpan('"name":"a\nb"')],
    ["an unknown escape", inSpan('"name":"\\x41"')],
    ["an escape that is cut off", inSpan('"name":"\\u12"')],
    ["integers with leading zeros", inValue('"intValue":007')],
    ["doubles with leading zeros", inValue('"doubleValue":007.5')],
    ["a double without digits after its point", inValue('"doubleValue":1.')],
    ["a double without digits before its point", inValue('"doubleValue":.5')],
    ["a double without an exponent", inValue('"doubleValue":1e')],
    ["a double with a sign alone", inValue('"doubleValue":-')],
    ["an integer with a plus", inValue('"intValue":+1')],
    ["an integer with an exponent", inValue('"intValue":1e3')],
    ["an integer in one quote", inValue('"intValue":"1')],
    ["an integer that is too large", inValue('"intValue":"9223372036854775808"')],
    ["a word that begins like another", inValue('"boolValue":tru')],
    ["a word that goes on", inValue('"boolValue":trues')],
    ["two members in a value", inValue('"stringValue":"a","boolValue":true')],
    ["a list that is none", inSpan('"attributes":{}')],
    ["an object that is none", inSpan('"status":[]')],
    ["a comma at the end", inSpan('"name":"a",')],
    ["no comma", inSpan('"name":"a" "kind":1')],
    ["no colon", inSpan('"name" "a"')],
    ["another bracket at the end", '{"resourceSpans":[}}'],
    ["something behind", "{}{}"],
    ["a zero byte behind", "{}\u0000"],
    ["an unusual space", "\u00a0{}"],
    ["a vertical tab", "{\v}"],
    ["a byte order mark", "\ufeff{}"],
    ["nothing at all", ""],
    ["an array", "[]"],
    [
      "what nests deeply",
      `{"resourceSpans":[{"resource":{"unknown":${"[".repeat(300)}${"]".repeat(300)}}}]}`,
    ],
  ])("%s", (_, text) => {
    expect(expectSame(bytesOf(text))).toBe(false);
  });

  test.each([
    ["after the document", [0x7b, 0x7d, 0xff]],
    ["in a text", [...bytesOf(inSpan('"name":"?"'))].map((byte) => (byte === 0x3f ? 0x80 : byte))],
    ["in an attribute's key", [...bytesOf(inPair('"key":"?"'))].map((byte) => (byte === 0x3f ? 0xc0 : byte))],
  ])("bytes that are no UTF-8 %s", (_, bytes) => {
    expect(expectSame(Uint8Array.from(bytes))).toBe(false);
  });
});

test("a request may hold as many elements as any other", () => {
  // The resource, the scope and the span count too.
  const attributes = (count: number) =>
    bytesOf(inSpan(`"attributes":[${Array(count).fill("{}").join(",")}]`));
  expect(tableOfJsonBytes(attributes(MAX_ELEMENTS - 3))?.attributeCount).toBe(MAX_ELEMENTS - 3);
  expect(() => tableOfJsonBytes(attributes(MAX_ELEMENTS - 2))).toThrow(OtlpTooLargeError);
});
