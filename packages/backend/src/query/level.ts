// The level of a log record: the sender's own word in lower case, else OTLP's number in words.

import type { LogRecord } from "@enterspan/otlp";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

/** `undefined` for a record without severity. Four numbers share a level; numbers beyond the last count as it. */
export function levelOf(log: LogRecord): string | undefined {
  if (log.severityText !== "") return log.severityText.toLowerCase();
  if (log.severityNumber < 1) return undefined;
  return LEVELS[Math.min(Math.floor((log.severityNumber - 1) / 4), LEVELS.length - 1)];
}
