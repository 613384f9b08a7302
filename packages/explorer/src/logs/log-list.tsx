// The logs of a trace in order, each with the way to its span. Heights differ, so rows are measured as they appear.
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useMemo, useRef } from "react";
import { ValueView } from "../panel/value-view.tsx";
import { formatOffset } from "../trace/duration.ts";
import { filterLogs, type LogFilter } from "../trace/filter-logs.ts";
import { logMessage } from "../trace/log-message.ts";
import type { LogRecord, Span, Trace } from "../trace/model.ts";
import type { Tree } from "../trace/tree.ts";
import { formatFull } from "../trace/wall-time.ts";
import { LevelChip } from "./level-chip.tsx";
import { LogToolbar } from "./log-toolbar.tsx";
import { MeasuredRows } from "./measured-rows.tsx";

const route = getRouteApi("/traces/$traceId");
const LINE_PX = 30;
const OVERSCAN = 12;

interface LogListProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly showSpan: (key: string) => void;
}

export default function LogList({ trace, tree, showSpan }: LogListProps) {
  const { q, levels } = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: LogFilter): void =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const logs = useMemo(() => filterLogs(trace.logs, { q, levels }), [trace, q, levels]);
  const scroller = useRef<HTMLDivElement>(null);
  const spans = useMemo(() => firstById(tree.spans), [tree]);
  const virtualizer = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => logs[index]?.key ?? index,
    overscan: OVERSCAN,
  });
  if (trace.logs.length === 0) {
    return (
      <p className="p-6 text-kumo-subtle">
        Nothing was logged. <code className="font-mono">console.log</code> and its siblings inside a traced
        Worker appear here.
      </p>
    );
  }
  const [shown, all] = [logs.length, trace.logs.length].map((count) => count.toLocaleString("en-US"));
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <LogToolbar
        filter={{ q, levels }}
        set={set}
        count={logs === trace.logs ? `${all} logs` : `${shown} of ${all} logs`}
      />
      {logs.length === 0 && (
        <p className="bg-kumo-base p-6 text-kumo-subtle">No log of this trace matches.</p>
      )}
      <section
        ref={scroller}
        aria-label="Logs"
        data-scrolls
        className="min-h-0 min-w-0 flex-1 overflow-auto bg-kumo-base"
      >
        <MeasuredRows virtualizer={virtualizer} rows={logs}>
          {(log) => <LogLine log={log} span={spans.get(log.spanId)} showSpan={showSpan} />}
        </MeasuredRows>
      </section>
    </div>
  );
}

interface LogLineProps {
  readonly log: LogRecord;
  readonly span: Span | undefined;
  readonly showSpan: (key: string) => void;
}

function LogLine({ log, span, showSpan }: LogLineProps) {
  return (
    <div className="flex flex-wrap gap-x-3 border-b border-kumo-hairline px-3 py-1.5 text-xs hover:bg-(--row-hover) sm:flex-nowrap sm:px-4">
      <span
        title={formatFull(log.timeUnixNano)}
        className="figures w-20 shrink-0 text-right text-kumo-subtle"
      >
        {formatOffset(log.time)}
      </span>
      <LevelChip level={log.level} />
      <span className="w-36 min-w-0 shrink-0 max-sm:ml-auto max-sm:w-auto max-sm:max-w-40">
        {span === undefined ? (
          <span
            className="block truncate text-kumo-subtle"
            title={log.spanId === "" ? undefined : `Span ${log.spanId} is not in the trace`}
          >
            {log.spanId === "" ? "no span" : "span missing"}
          </span>
        ) : (
          <button
            type="button"
            title="Show in the waterfall"
            className="block max-w-full cursor-pointer truncate rounded text-left text-kumo-link hover:underline"
            onClick={() => showSpan(span.key)}
          >
            {span.title}
          </button>
        )}
      </span>
      <span className="min-w-0 font-mono max-sm:w-full">
        <ValueView value={log.body} write={logMessage} />
      </span>
    </div>
  );
}

function firstById(spans: readonly Span[]): Map<string, Span> {
  const byId = new Map<string, Span>();
  for (const span of spans) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  return byId;
}
