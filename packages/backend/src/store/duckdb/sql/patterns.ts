// LIKE and ILIKE for users' statements, in linear time. DuckDB's own try every place for every `%`: eight of them beside a `_` on
// sixty characters take minutes, in one call that no interrupt ends. The macros have the operators' names, and go before them.

/** What `pattern` means as a regular expression; RE2, which runs these, never goes back. */
const EXPRESSION = String.raw`replace(replace(regexp_escape(pattern), '\%', '.*'), '_', '.')`;

/** DuckDB's own find a text at the beginning, at the end or anywhere faster, and need no second try for it. */
const IS_PLAIN = "regexp_full_match(pattern, '%?[^%_]*%?', 's')";

const macro = (operator: string, options: string, not = "") => `
CREATE MACRO "${operator}"(text, pattern) AS CASE
  WHEN ${IS_PLAIN} THEN system.main."${operator}"(text, pattern)
  ELSE ${not}regexp_full_match(text, ${EXPRESSION}, '${options}')
END`;

/** For the catalogue that statements find their functions in first. */
export const PATTERN_MACROS: readonly string[] = [
  macro("~~", "s"),
  macro("!~~", "s", "NOT "),
  macro("~~*", "si"),
  macro("!~~*", "si", "NOT "),
];
