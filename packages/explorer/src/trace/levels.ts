// The levels that readers choose logs by.
import type { LogLevel } from "./model.ts";

/** Senders' words for them, as OpenTelemetry's log bridges and syslog have them. */
export const LEVEL_WORDS: Readonly<Record<"debug" | "info" | "warn" | "error", readonly string[]>> = {
  debug: ["debug", "trace", "verbose", "fine"],
  info: ["info", "log", "notice", "information"],
  warn: ["warn", "warning"],
  error: ["error", "fatal", "critical", "alert", "emergency", "panic", "severe"],
};
export type ShownLevel = keyof typeof LEVEL_WORDS & LogLevel;
export const SHOWN_LEVELS = Object.keys(LEVEL_WORDS) as ShownLevel[];

/** A word that nobody knows reads as info. */
export const levelOf = (word: string | undefined): ShownLevel =>
  SHOWN_LEVELS.find((level) => LEVEL_WORDS[level].includes(word ?? "")) ?? "info";

/** @param text `warn.error`, as the address has it; levels that there are not are left out */
export const levelsIn = (text: string | undefined): ShownLevel[] => {
  const words = text?.split(".") ?? [];
  return SHOWN_LEVELS.filter((level) => words.includes(level));
};
