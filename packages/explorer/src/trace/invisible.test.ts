import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePointOf, partsOf } from "./invisible.ts";

describe("partsOf", () => {
  it("parts a text where it has something that cannot be seen", () => {
    expect(partsOf("user\u200b:7\u202e!")).toEqual(["user", "\u200b", ":7", "\u202e", "!"]);
    expect(partsOf("\u0000")).toEqual(["", "\u0000", ""]);
  });

  it("leaves emoji, other scripts, line ends and tabs whole", () => {
    const text = "👩‍👩‍👧 مرحبا\r\n\tनमस्ते é";
    expect(partsOf(text)).toEqual([text]);
  });

  it("loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(partsOf(text).join("")).toBe(text);
      }),
    );
  });
});

it("names a character by its number", () => {
  expect(["\u0007", "\ufeff"].map(codePointOf)).toEqual(["U+0007", "U+FEFF"]);
});
