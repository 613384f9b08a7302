// What a reader types into find → terms. `colo=AMS -cache "not found"`: all terms must hold, one with a minus must not.

export interface Term {
  /** In lower case. */
  readonly text: string;
  readonly isExcluded: boolean;
}

/**
 * Terms are parted by spaces; quotes keep spaces together, around a whole term (`"not found"`) or a part of it
 * (`db.query.text="select *"`). A quote that is never closed reaches to the end: it is being typed.
 */
export function parseFindQuery(query: string): Term[] {
  const terms: Term[] = [];
  for (const [word] of query.toLowerCase().matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)) {
    const isExcluded = word.startsWith("-") && word.length > 1;
    const text = (isExcluded ? word.slice(1) : word).replaceAll('"', "");
    if (text !== "") terms.push({ text, isExcluded });
  }
  return terms;
}
