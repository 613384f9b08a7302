// Lines for whoever runs the server: what is wrong always, what is usual where it is asked for.

/** From much to little. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  level: LogLevel;
  message: string;
  /** What a program may look for; nothing secret, and of a request its path without the query. */
  fields?: Readonly<Record<string, string | number | boolean>>;
}

export type Log = (line: LogLine) => void;

/** Passes on what is of `least` level or above. */
export function leveled(least: LogLevel, log: Log): Log {
  const from = LOG_LEVELS.indexOf(least);
  return (line) => {
    if (LOG_LEVELS.indexOf(line.level) >= from) log(line);
  };
}
