// What is offered at the cursor (`|`), and what an item replaces.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Completion, completeSearch } from "./complete.ts";
import { parseSearch } from "./parse.ts";

const source = {
  keys: async () => ["http.route", "order id", "status"],
  values: async (key: string) => (key === "service" ? ["orders", "mailer", "order desk"] : [`${key}'s`]),
};

/** The text with the cursor as `|`; each item as the text it makes. */
async function offered(marked: string): Promise<string[]> {
  const cursor = marked.indexOf("|");
  const text = marked.replace("|", "");
  const { from, to, items } = await completeSearch(text, cursor, source);
  return items.map((item) => text.slice(0, from) + item.text + text.slice(to));
}

describe("offers", () => {
  test.each<[string, string[]]>([
    ["serv|", ["service"]],
    ["a:1 serv|", ["a:1 service"]],
    ["-serv|", ["-service"]],
    ["(serv|", ["(service"]],
    ["ROUTE|", ["http.route"]],
    ['"ord|', ['"order id"']],
    ["order|", ['"order id"']],
    ["statu|", ["status", '"status"']],
    ["service:|", ["service:orders", "service:mailer", 'service:"order desk"']],
    ["service:ord|", ["service:orders", 'service:"order desk"']],
    ['service:"order d|', ['service:"order desk"']],
    ["service != mail|", ["service != mailer"]],
    ["service:(mailer, ord|", ["service:(mailer, orders", 'service:(mailer, "order desk"']],
    ["service:(|", ["service:(orders", "service:(mailer", 'service:("order desk"']],
    ["status:er|", ["status:error"]],
    ['"status":|', ['"status":"status\'s"']],
    ["service:orders| name:x", ["service:orders name:x"]],
    ["a exi|", ["a exists"]],
    ["a:1 exi|", []],
  ])("%s", async (marked, texts) => {
    expect(await offered(marked)).toEqual(texts);
  });

  test("operators behind a key, and words between terms", async () => {
    const kinds = async (text: string) => (await completeSearch(text, text.length, source)).items;
    const afterKey = await kinds("duration");
    expect(afterKey.filter(({ kind }) => kind === "operator").map(({ text }) => text)).toEqual(
      [":", "=", "!=", ">=", "<=", ">", "<", "~", "!~"].map((sign) => `duration${sign}`),
    );
    const words = async (text: string) =>
      (await kinds(text)).filter(({ kind }) => kind === "word").map(({ text }) => text);
    expect(await words("")).toEqual(["not"]);
    expect(await words("user ")).toEqual(["exists", "and", "or", "not"]);
    expect(await words("a:1 ")).toEqual(["and", "or", "not"]);
    expect(await words("(a:1) ")).toEqual(["and", "or", "not"]);
    expect(await words("a:1 or ")).toEqual(["not"]);
  });
});

const piece = fc.constantFrom(
  "a",
  "service",
  " ",
  "-",
  "(",
  ")",
  '"',
  ":",
  "!",
  ">",
  "~",
  "*",
  "\\",
  ",",
  "or",
  "é",
);

test("whatever is typed: an answer that ends at the cursor, and values that can be read", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.nat(30), async (pieces, at) => {
      const text = pieces.join("");
      const cursor = Math.min(at, text.length);
      const { from, to, items }: Completion = await completeSearch(text, cursor, source);
      expect(from <= to && to === cursor).toBe(true);
      expect(items.length).toBeLessThanOrEqual(50);
      for (const { kind, text: item } of items) {
        if (kind === "value") expect(() => parseSearch(`a:${item}`)).not.toThrow();
        if (kind === "key") expect(() => parseSearch(`${item}:a`)).not.toThrow();
      }
    }),
    { numRuns: 3000 },
  );
});
