// The logs of one span.

import { LevelChip } from "../logs/level-chip.tsx";
import { formatOffset } from "../trace/duration.ts";
import { logMessage } from "../trace/log-message.ts";
import type { LogRecord } from "../trace/model.ts";
import { ValueView } from "./value-view.tsx";

const intoSight = (line: HTMLElement | null): void => line?.scrollIntoView({ block: "nearest" });

/** A span may hold thousands; the trace's own log view shows them all. */
const SHOWN = 200;

interface LogLinesProps {
  readonly logs: readonly LogRecord[];
  /** Key of the one that the reader came for. */
  readonly pointedTo: number | undefined;
}

export function LogLines({ logs, pointedTo }: LogLinesProps) {
  const place = logs.findIndex(({ key }) => key === pointedTo);
  const from = place < SHOWN ? 0 : place - SHOWN + 1;
  return (
    <ol className="rounded-md border border-kumo-hairline text-xs">
      {logs.slice(from, from + SHOWN).map((log) => (
        <li
          key={log.key}
          ref={log.key === pointedTo ? intoSight : undefined}
          aria-current={log.key === pointedTo || undefined}
          className="flex gap-2 border-b border-kumo-hairline px-2 py-1 last:border-0 aria-[current]:bg-(--row-selected)"
        >
          <LevelChip level={log.level} />
          <span className="figures w-18 shrink-0 text-right text-kumo-subtle">{formatOffset(log.time)}</span>
          <span className="min-w-0 font-mono">
            <ValueView value={log.body} write={logMessage} />
          </span>
        </li>
      ))}
      {logs.length > SHOWN && (
        <li className="px-2 py-1 text-kumo-subtle">
          {(logs.length - SHOWN).toLocaleString("en-US")} more under “Logs” above the waterfall
        </li>
      )}
    </ol>
  );
}
