import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Interner } from "./interner.ts";
import { JsonCursor, textOf } from "./json-cursor.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The value at the cursor, made by walking through it. */
function walk(cursor: JsonCursor, shape: unknown): unknown {
  if (Array.isArray(shape)) {
    const values: unknown[] = [];
    cursor.enterArray();
    while (cursor.nextElement()) values.push(walk(cursor, shape[values.length]));
    return values;
  }
  if (typeof shape === "string") return cursor.readString();
  if (typeof shape === "number") return cursor.readNumber();
  if (shape === null || typeof shape === "boolean") return cursor.readValue();
  const members: [string, unknown][] = [];
  cursor.enterObject();
  while (cursor.nextMember()) {
    const key = textOf(cursor.bytes, cursor.keyStart, cursor.keyEnd);
    members.push([key, walk(cursor, (shape as Record<string, unknown>)[key])]);
  }
  return Object.fromEntries(members);
}

describe("JsonCursor", () => {
  it("reads any JSON as JSON.parse does, however it is spaced", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (json, space) => {
        const value: unknown = JSON.parse(json);
        const cursor = new JsonCursor(bytesOf(JSON.stringify(value, null, space)));
        expect(walk(cursor, value)).toEqual(value);
        expect(cursor.at).toBe(cursor.bytes.length);
      }),
    );
  });

  it("skips any value to its end", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const cursor = new JsonCursor(bytesOf(`  ${json},`));
        const start = cursor.skipValue();
        expect(cursor.parse(start, cursor.at)).toEqual(JSON.parse(json));
      }),
    );
  });

  it("ends in a value of any depth, and throws where the JSON ends too early", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const cursor = new JsonCursor(bytesOf(deep));
    cursor.skipValue();
    expect(cursor.at).toBe(deep.length);
    for (const cut of ['{"a":1', '"open', "[1,", '{"a"', "", '"\\']) {
      const broken = new JsonCursor(bytesOf(cut));
      expect(() => broken.skipValue()).toThrow(SyntaxError);
    }
  });

  it("takes null for an empty object and an empty array, and nothing else", () => {
    const cursor = new JsonCursor(bytesOf("[null,1]"));
    cursor.enterArray();
    cursor.nextElement();
    cursor.enterObject();
    expect(cursor.nextMember()).toBe(false);
    cursor.nextElement();
    expect(() => cursor.enterObject()).toThrow(SyntaxError);
  });
});

describe("Interner", () => {
  // A mark of byte order, half a surrogate pair, escapes, two and four bytes, more than is put together by hand.
  const odd = fc.constantFrom("\ufeffa", "\ud800", '"\\\n', "é", "😀", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

  it("gives every text as it is, whatever it has seen before", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), odd), { maxLength: 100 }), (texts) => {
        const quoted = texts.map((text) => JSON.stringify(text));
        const interner = new Interner({ bytes: bytesOf(quoted.join("")) });
        let at = 0;
        for (const [index, text] of texts.entries()) {
          const end = at + bytesOf(quoted[index] as string).length;
          expect(interner.text(at + 1, end - 1)).toBe(text);
          at = end;
        }
      }),
    );
  });
});
