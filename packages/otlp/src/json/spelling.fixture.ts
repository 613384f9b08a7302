// One OTLP document in the many ways that JSON and OTLP let a sender write it.

/** How often each liberty is taken, from 0 (never) to 1. */
export interface Liberties {
  /** Space, tabs and line ends between everything. */
  space: number;
  /** Members in any order. */
  order: number;
  /** Characters of values as escapes, and half a surrogate pair behind them. */
  escapes: number;
  /** Numbers with fractions, exponents, zeros at their end; 64-bit ones without quotes, others with them. */
  numbers: number;
  /** Members that are unknown, null or there twice, or whose names have escapes. */
  members: number;
}

/** `value` is what JSON.parse makes of an encoder's text. */
export function spelled(value: unknown, liberties: Liberties, random: () => number): string {
  const takes = (liberty: keyof Liberties) => random() < liberties[liberty];
  const pick = (texts: readonly string[]) => texts[Math.floor(random() * texts.length)] as string;

  const space = (): string => (takes("space") ? pick([" ", "\n", "\t", "\r\n", "  \n    "]) : "");

  const text = (content: string, liberty: keyof Liberties): string => {
    const characters = Array.from(content, (character) => {
      if (!takes(liberty)) return JSON.stringify(character).slice(1, -1);
      if (character === "/") return "\\/";
      const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
      return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
    });
    return `"${characters.join("")}"`;
  };

  const number = (content: number): string => {
    const usual = JSON.stringify(content);
    if (!takes("numbers")) return usual;
    const spellings = [content.toExponential(), content.toExponential().toUpperCase(), `"${usual}"`];
    if (/^-?\d+$/.test(usual)) spellings.push(`${usual}.0`, `${usual}e0`, `${usual}0e-1`, `${usual}E+0`);
    if (/^-?\d+\.\d+$/.test(usual)) spellings.push(`${usual}0`);
    return pick(spellings);
  };

  const any = (content: unknown, name = ""): string => {
    if (typeof content === "string") {
      const isInteger = /^-?\d+$/.test(content) && /^intValue$|UnixNano$/.test(name);
      if (isInteger && takes("numbers")) return content;
      const isId = /^[\da-f]+$/.test(content);
      return text(!isId && takes("escapes") ? `${content}\ud800` : content, "escapes");
    }
    if (typeof content === "number") return number(content);
    if (Array.isArray(content))
      return list(
        "[",
        content.map((item) => any(item)),
        "]",
      );
    if (typeof content !== "object" || content === null) return JSON.stringify(content);
    const members = Object.entries(content).map(
      ([key, inner]) => `${text(key, "members")}${space()}:${space()}${any(inner, key)}`,
    );
    if (takes("order")) members.sort(() => random() - 0.5);
    if (takes("members")) {
      const known = pick([...Object.keys(content), "name"]);
      const more = pick([
        '"unknown":{"a":[1,{"b":null}]}',
        `"${known}":null`,
        `"${known}":"00"`,
        `"${known}":[]`,
        '"droppedAttributesCount":7',
      ]);
      members.splice(Math.floor(random() * (members.length + 1)), 0, more);
    }
    return list("{", members, "}");
  };

  const list = (open: string, items: string[], close: string): string =>
    `${open}${space()}${items.map((item) => `${item}${space()}`).join(`,${space()}`)}${close}`;

  return `${space()}${any(value)}${space()}`;
}
