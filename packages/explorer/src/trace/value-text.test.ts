import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Value } from "./model.ts";
import { valueBlock, valueLine } from "./value-text.ts";

const { value: jsonLike } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string().map((value): Value => ({ type: "string", value })),
    fc.boolean().map((value): Value => ({ type: "boolean", value })),
    fc.integer().map((value): Value => ({ type: "int", value: BigInt(value) })),
    fc.constant<Value>({ type: "empty" }),
    fc.array(tie("value")).map((values): Value => ({ type: "array", values })),
    fc
      .uniqueArray(fc.tuple(fc.string(), tie("value")), { selector: ([key]) => key })
      .map((entries): Value => ({ type: "map", entries: entries.map(([key, value]) => ({ key, value })) })),
  ),
}));

describe("valueLine and valueBlock", () => {
  it("say the same, once on a line and once indented", () => {
    fc.assert(
      fc.property(jsonLike, (value) => {
        if (value.type === "string") return;
        expect(JSON.parse(valueBlock(value))).toEqual(JSON.parse(valueLine(value)));
      }),
    );
  });

  it("keep what JSON's numbers cannot hold", () => {
    expect(valueLine({ type: "int", value: 9_007_199_254_740_993n })).toBe("9007199254740993");
    expect(valueLine({ type: "double", value: Number.NaN })).toBe("NaN");
    expect(valueLine({ type: "bytes", base64: "AAE=" })).toBe("bytes(AAE=)");
  });

  it("indents by two", () => {
    const value: Value = {
      type: "map",
      entries: [{ key: "a", value: { type: "array", values: [{ type: "empty" }] } }],
    };
    expect(valueBlock(value)).toBe('{\n  "a": [\n    null\n  ]\n}');
  });
});
