// Regular expressions of a query, compiled once before any row is read: one that is not valid is the query's fault.

import { StoreQueryError } from "../store.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";

/** @throws StoreQueryError `invalid_regex` */
export async function tryPatterns(readers: Readers, patterns: readonly string[]): Promise<void> {
  for (const pattern of patterns) {
    const params = new Params();
    try {
      await readers.all(`SELECT regexp_matches('', ${params.text(pattern)})`, params);
    } catch (cause) {
      if (!(cause instanceof Error) || !cause.message.startsWith("Invalid Input Error")) throw cause;
      const reason = cause.message.replace(/^Invalid Input Error: /, "");
      throw new StoreQueryError("invalid_regex", `The regular expression is not valid RE2: ${reason}`, {
        cause,
      });
    }
  }
}
