// A log's level, as a word: colour only underlines it.
import type { LogLevel } from "../trace/model.ts";

export const LEVEL_TONE: Record<LogLevel, string> = {
  trace: "text-kumo-subtle",
  debug: "text-kumo-subtle",
  info: "text-kumo-info",
  warn: "text-kumo-warning",
  error: "text-kumo-danger",
  fatal: "text-kumo-danger",
};

export function LevelChip({ level }: { readonly level: LogLevel }) {
  return (
    <span className={`inline-block w-9 shrink-0 text-xs font-medium ${LEVEL_TONE[level]}`}>{level}</span>
  );
}
