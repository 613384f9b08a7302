// A search after one of the offered completions has been taken.
import type { SearchCompletionResponse } from "@enterspan/backend/contract";

export interface Completed {
  readonly text: string;
  readonly cursor: number;
}

/** A key is followed by the sign for "is", so that its values are offered next; a value or a word by a space. */
export function completed(
  text: string,
  { from, to }: Pick<SearchCompletionResponse, "from" | "to">,
  item: { readonly kind: string; readonly text: string },
): Completed {
  const behind = text.slice(to);
  const end = item.kind === "key" ? ":" : item.kind === "operator" ? "" : " ";
  const isThere = end !== "" && behind.startsWith(end);
  const before = text.slice(0, from) + item.text + (isThere ? "" : end);
  return { text: before + behind, cursor: before.length + (isThere ? 1 : 0) };
}
