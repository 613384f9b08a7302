// What protobuf's rules ask of a reader beyond well-behaved messages.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ELEMENTS, MAX_VALUE_DEPTH, OtlpDecodeError, OtlpTooLargeError } from "../error.ts";
import { logsData, tracesData } from "../messages.fixture.ts";
import { decodeLogsProtobuf, encodeLogsProtobuf } from "./logs.ts";
import { decodeTracesProtobuf, encodeTracesProtobuf } from "./spans.ts";
import { ProtobufWriter } from "./writer.ts";

/** A length-delimited field. */
const field = (number: number, ...content: number[]) => [number * 8 + 2, content.length, ...content];

/** TracesData with one span that has these fields. */
const withSpan = (...span: number[]) => new Uint8Array(field(1, ...field(2, ...field(2, ...span))));

const spanOf = (...fields: number[]) => {
  const span = decodeTracesProtobuf(withSpan(...fields)).resourceSpans[0]?.scopeSpans[0]?.spans[0];
  if (!span) throw new Error("no span");
  return span;
};

const failure = (...fields: number[]) => {
  try {
    decodeTracesProtobuf(withSpan(...fields));
  } catch (error) {
    return error as OtlpDecodeError;
  }
  throw new Error("was accepted");
};

describe("reading", () => {
  test("an empty body is an empty message", () => {
    expect(decodeTracesProtobuf(new Uint8Array())).toEqual({ resourceSpans: [] });
  });

  test("unknown fields of every wire type are skipped", () => {
    const unknown = [
      ...[0xa0, 0x06, 0x96, 0x01], // field 100, varint
      ...[0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], // fixed64
      ...[0xa2, 0x06, 2, 0xff, 0xff], // bytes
      ...[0xa5, 0x06, 1, 2, 3, 4], // fixed32
      ...[0xa3, 0x06, 0x08, 1, 0x0b, 0x12, 1, 0xff, 0x0c, 0xa4, 0x06], // a group with a field, a group and bytes in it
    ];
    expect(spanOf(...unknown, ...field(5, 0x61)).name).toBe("a");
  });

  test("a known field of another wire type is skipped like an unknown one", () => {
    expect(spanOf(5 * 8 + 0, 7).name).toBe("");
  });

  test("the last of repeated scalars counts, repeated messages are merged", () => {
    expect(spanOf(...field(5, 0x61), ...field(5, 0x62)).name).toBe("b");
    expect(spanOf(...field(15, ...field(2, 0x6d)), ...field(15, 24, 2)).status).toEqual({
      code: 2,
      message: "m",
    });
    const one = field(1, ...field(1, 0x61));
    const attribute = field(9, ...field(2, ...field(5, ...one)), ...field(2, ...field(5, ...one)));
    expect(spanOf(...attribute).attributes[0]?.value).toEqual({
      arrayValue: { values: [{ stringValue: "a" }, { stringValue: "a" }] },
    });
  });

  test("an enum keeps a negative number", () => {
    expect(spanOf(48, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).kind).toBe(-1);
  });

  test("ids are of their full length or empty", () => {
    expect(spanOf(...field(1)).traceId).toBe("");
    expect(failure(...field(1, 1, 2, 3)).message).toContain("expected an id of 16 bytes, got 3");
    expect(failure(...field(2, ...new Array(16).fill(1))).message).toContain(
      "expected an id of 8 bytes, got 16",
    );
  });

  test("text must be UTF-8, short or long", () => {
    expect(failure(...field(5, 0xff)).message).toContain("not valid UTF-8");
    expect(failure(...field(5, ...new Array(40).fill(0x61), 0xc3)).message).toContain("not valid UTF-8");
    expect(failure(...field(5, 0xed, 0xa0, 0x80)).message).toContain("not valid UTF-8");
  });

  test("faults say where they are", () => {
    const error = failure(...field(5, 0xff));
    expect(error).toBeInstanceOf(OtlpDecodeError);
    expect(error.offset).toBe(8);
  });

  test.each([
    ["a group without end", [0x0b, 0x10, 1]],
    ["a group that ends as another", [0x0b, 0x14]],
    ["an end of a group", [0x0c]],
    ["groups that nest deeper than 64", [...new Array(65).fill(0x0b), ...new Array(65).fill(0x0c)]],
    ["wire type 6", [0x0e]],
    ["field number 0", [0x02, 0x00]],
    ["a tag of more than 32 bits", [0x8a, 0x80, 0x80, 0x80, 0x10, 0x00]],
    ["a tag of six bytes", [0x8a, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00]],
    ["a varint without end", [48, ...new Array(11).fill(0xff)]],
    ["a length beyond the message", [5 * 8 + 2, 100, 0x61]],
    ["a fixed64 that is cut off", [57, 1, 2, 3]],
  ])("%s is refused", (_, bytes) => {
    expect(failure(...bytes)).toBeInstanceOf(OtlpDecodeError);
  });

  test("values nest to the limit and no deeper", () => {
    const nested = (depth: number) => {
      let value = { stringValue: "deep" } as object;
      for (let level = 0; level < depth; level++) value = { arrayValue: { values: [value] } };
      const resource = { attributes: [{ key: "k", value }], droppedAttributesCount: 0 };
      return encodeTracesProtobuf({ resourceSpans: [{ resource, scopeSpans: [], schemaUrl: "" }] } as never);
    };
    expect(decodeTracesProtobuf(nested(MAX_VALUE_DEPTH)).resourceSpans).toHaveLength(1);
    expect(() => decodeTracesProtobuf(nested(MAX_VALUE_DEPTH + 1))).toThrow(/nest deeper than 64/);
  });

  test("nesting far beyond the limit is refused without recursing into it", () => {
    const prefixed = (tag: number, content: Uint8Array) => {
      const size = content.length;
      return Buffer.concat([
        new Uint8Array([tag, (size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14]),
        content,
      ]);
    };
    let value: Uint8Array = new Uint8Array();
    for (let level = 0; level < 20_000; level++) value = prefixed(42, prefixed(10, value));
    const message = prefixed(10, prefixed(10, prefixed(10, prefixed(18, value))));
    expect(() => decodeTracesProtobuf(message)).toThrow(/nest deeper than 64/);
  });
});

describe("more elements than allowed are refused", () => {
  /** `count` empty messages as this field of what surrounds them. */
  const empties = (count: number, number: number, ...around: number[]) => {
    let bytes: Uint8Array = new Uint8Array(count * 2);
    for (let at = 0; at < bytes.length; at += 2) bytes[at] = number * 8 + 2;
    for (const outer of around) {
      const writer = new ProtobufWriter();
      const inner = bytes;
      writer.presentBytes(outer * 8 + 2, inner);
      bytes = writer.finish();
    }
    return bytes;
  };

  test.each<[string, (bytes: Uint8Array) => unknown, number, number[]]>([
    ["resources", decodeTracesProtobuf, 1, []],
    ["scopes", decodeTracesProtobuf, 2, [1]],
    ["spans", decodeTracesProtobuf, 2, [2, 1]],
    ["attributes of a span", decodeTracesProtobuf, 9, [2, 2, 1]],
    ["events", decodeTracesProtobuf, 11, [2, 2, 1]],
    ["links", decodeTracesProtobuf, 13, [2, 2, 1]],
    ["attributes of a resource", decodeTracesProtobuf, 1, [1, 1]],
    ["logs", decodeLogsProtobuf, 2, [2, 1]],
    ["items of an array", decodeLogsProtobuf, 1, [5, 5, 2, 2, 1]],
    ["items of a list of pairs", decodeLogsProtobuf, 1, [6, 5, 2, 2, 1]],
  ])("%s", (_, decode, number, around) => {
    // What surrounds them are elements as well, at most three.
    decode(empties(MAX_ELEMENTS - 3, number, ...around));
    expect(() => decode(empties(MAX_ELEMENTS + 1, number, ...around))).toThrow(OtlpTooLargeError);
  });
});

describe("damaged messages", () => {
  const damage = fc.array(
    fc.record({
      at: fc.nat(),
      to: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom("set", "insert", "delete", "cut"),
    }),
    { minLength: 1, maxLength: 4 },
  );

  test("give a message or an OtlpDecodeError, never anything else", () => {
    fc.assert(
      fc.property(tracesData, logsData, damage, (traces, logs, changes) => {
        accepts(decodeTracesProtobuf, damaged(encodeTracesProtobuf(traces), changes));
        accepts(decodeLogsProtobuf, damaged(encodeLogsProtobuf(logs), changes));
      }),
      { numRuns: 2000 },
    );
  });

  test("random bytes too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        accepts(decodeTracesProtobuf, new Uint8Array(bytes)),
      ),
      { numRuns: 2000 },
    );
  });

  function damaged(bytes: Uint8Array, changes: Array<{ at: number; to: number; kind: string }>): Uint8Array {
    const result = [...bytes];
    for (const { at, to, kind } of changes) {
      const place = result.length ? at % result.length : 0;
      if (kind === "set") result[place] = to;
      else if (kind === "insert") result.splice(place, 0, to);
      else if (kind === "delete") result.splice(place, 1);
      else result.length = place;
    }
    return new Uint8Array(result);
  }

  function accepts(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
    try {
      decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(OtlpDecodeError);
    }
  }
});
