// Which logs of a trace a reader has asked for.
import { parseFindQuery } from "./find-query.ts";
import { levelOf, levelsIn } from "./levels.ts";
import { logMessage } from "./log-message.ts";
import type { LogRecord } from "./model.ts";
import { valueLine } from "./value-text.ts";

export interface LogFilter {
  /** Terms as of find-query.ts, in the message or in an attribute as `key=value`. */
  readonly q?: string | undefined;
  /** As of `levelsIn`; all without it. */
  readonly levels?: string | undefined;
}

export function filterLogs(logs: readonly LogRecord[], { q = "", levels }: LogFilter): readonly LogRecord[] {
  const shown = new Set(levelsIn(levels));
  const terms = parseFindQuery(q);
  if (shown.size === 0 && terms.length === 0) return logs;
  return logs.filter((log) => {
    if (shown.size > 0 && !shown.has(levelOf(log.level))) return false;
    if (terms.length === 0) return true;
    const text = searchedText(log);
    return terms.every((term) => text.includes(term.text) !== term.isExcluded);
  });
}

const searchedText = ({ body, attributes }: LogRecord): string =>
  [logMessage(body), ...attributes.map(({ key, value }) => `${key}=${valueLine(value)}`)]
    .join("\n")
    .toLowerCase();
