// Text search over a few given texts instead of rows, with the same engine and the same meaning.

import type { Needle } from "../filter.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { needleTest } from "./sql-filter.ts";

const MATCHES = (texts: string, test: string) =>
  `SELECT text FROM (SELECT unnest(${texts}) AS text) WHERE ${test}`;

export async function matchTexts(
  readers: Readers,
  texts: readonly string[],
  needle: Needle,
): Promise<string[]> {
  const params = new Params();
  const sql = MATCHES(params.texts(texts), needleTest(needle, "text", params.text(needle.value)));
  return (await readers.all<{ text: string }>(sql, params)).map(({ text }) => text);
}
