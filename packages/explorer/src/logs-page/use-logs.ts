// The data of the page of all logs.
import { useMemo } from "react";
import type { LogsSearch } from "../addresses.ts";
import { ONLY_LOGS, queryEvents, type TelemetryFilter } from "../api/telemetry.ts";
import { type Listing, PAGE, useLiveList } from "../live-list/use-live-list.ts";
import { type Period, periodOf } from "../time-range/period.ts";
import { LEVEL_WORDS, levelsIn } from "../trace/levels.ts";
import { decodeLogEvent, type LogEvent, lastOf, newestFirst } from "./log-event.ts";

const ANY_TIME: Period = { fromMs: 0, toMs: 8.64e15 };

export function logFilters({ service, levels }: LogsSearch): TelemetryFilter[] {
  const shown = levelsIn(levels);
  return [
    ...ONLY_LOGS,
    ...(service === undefined
      ? []
      : [{ key: "$metadata.service", operation: "eq", type: "string", value: service } as const]),
    ...(shown.length === 0
      ? []
      : [
          {
            key: "$metadata.level",
            operation: "in",
            type: "string",
            value: shown.flatMap((level) => LEVEL_WORDS[level]).join(","),
          } as const,
        ]),
  ];
}

/** @param text to look for, which may lag behind the address while it is being typed */
export function useLogs(search: LogsSearch, text: string): Listing<LogEvent> {
  const { service, levels, last, from, to } = search;
  const filters = useMemo(() => logFilters({ service, levels }), [service, levels]);
  return useLiveList({
    key: ["logs", text, service ?? "", levels ?? "", last ?? "", from ?? "", to ?? ""],
    order: newestFirst,
    lastOf,
    fetchPage: async (before, signal) => {
      const period = periodOf({ last, from, to }, Date.now()) ?? ANY_TIME;
      const { events } = await queryEvents({ period, filters, text, limit: PAGE, after: before?.id }, signal);
      return events.map(decodeLogEvent);
    },
  });
}
