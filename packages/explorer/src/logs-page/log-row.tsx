// One log of the page of all logs: a line, and opened everything about it.
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { LevelChip } from "../logs/level-chip.tsx";
import { CopyButton } from "../shell/copy-button.tsx";
import { serviceHue } from "../theme/palette.ts";
import { formatClock, formatDay, formatFull } from "../trace/wall-time.ts";
import type { LogEvent } from "./log-event.ts";

/** Longer messages and values are cut here: a megabyte of text would hold up the page. Copying gives all. */
const LINE_CHARACTERS = 600;
const SHOWN_CHARACTERS = 4_000;

interface LogRowProps {
  readonly log: LogEvent;
  readonly isOpen: boolean;
  readonly hasArrived: boolean;
  readonly open: (id: string | undefined) => void;
}

export const LogRow = memo(function LogRow({ log, isOpen, hasArrived, open }: LogRowProps) {
  const day = formatDay(log.time, new Date());
  return (
    <div className={`border-b border-kumo-hairline text-xs ${hasArrived ? "arrived" : ""}`}>
      <div className="flex items-start gap-x-3 px-3 hover:bg-(--row-hover) max-sm:flex-wrap sm:px-4">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Log of ${formatClock(log.time)}`}
          className="flex min-w-0 shrink-0 cursor-pointer items-center gap-2 rounded py-1.5"
          onClick={() => open(isOpen ? undefined : log.id)}
        >
          <CaretRightIcon
            size={11}
            weight="bold"
            aria-hidden
            className={`text-kumo-subtle ${isOpen ? "rotate-90" : ""}`}
          />
          <span title={formatFull(log.time)} className="figures whitespace-nowrap text-kumo-subtle">
            {day !== "" && `${day} `}
            <span className="text-kumo-default">{formatClock(log.time)}</span>
          </span>
        </button>
        <span className="py-1.5">
          <LevelChip level={log.level} />
        </span>
        <span
          title={log.service}
          className="flex w-28 min-w-0 shrink-0 items-center gap-1.5 py-1.5 max-sm:w-0 max-sm:flex-1"
        >
          <span className="swatch size-2 shrink-0 rounded-xs" style={{ "--hue": serviceHue(log.service) }} />
          <span className="truncate">{log.service}</span>
        </span>
        <span className="min-w-0 flex-1 py-1.5 max-sm:order-last max-sm:basis-full max-sm:pt-0">
          {/* Without room below: the line that is cut off would show in it. */}
          <span className="line-clamp-3 font-mono wrap-anywhere whitespace-pre-wrap">
            {log.message.slice(0, LINE_CHARACTERS)}
          </span>
        </span>
        <SpanLink log={log} />
      </div>
      {isOpen && <Details log={log} />}
    </div>
  );
});

function SpanLink({ log }: { readonly log: LogEvent }) {
  if (log.traceId === "") return <span className="ml-auto py-1.5 text-kumo-subtle">no trace</span>;
  return (
    <Link
      to="/traces/$traceId"
      params={{ traceId: log.traceId }}
      search={log.spanId === "" ? { view: "logs" } : { span: log.spanId }}
      title={`Trace ${log.traceId}`}
      className="ml-auto shrink-0 rounded py-1.5 text-kumo-link hover:underline"
    >
      {log.spanId === "" ? "Trace" : "Span"} <code className="font-mono">{log.traceId.slice(0, 8)}</code>
    </Link>
  );
}

function Details({ log }: { readonly log: LogEvent }) {
  const text = JSON.stringify(log.source, null, 2);
  return (
    <div className="mx-3 mb-2 rounded-md border border-kumo-hairline bg-kumo-recessed sm:mx-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-kumo-hairline px-2.5 py-1 text-kumo-subtle">
        <span className="figures">{formatFull(log.time).split("\n")[1]}</span>
        <span className="ml-auto flex gap-1.5">
          <CopyButton what="this log's message" label="Message" text={() => log.message} />
          <CopyButton what="this log as JSON" label="JSON" text={() => text} />
        </span>
      </div>
      <pre className="max-h-96 overflow-auto px-2.5 py-2 font-mono wrap-anywhere whitespace-pre-wrap">
        {text.slice(0, SHOWN_CHARACTERS)}
        {text.length > SHOWN_CHARACTERS && (
          <span className="text-kumo-subtle">
            … {(text.length - SHOWN_CHARACTERS).toLocaleString("en-US")} more characters; copy to see them
          </span>
        )}
      </pre>
    </div>
  );
}
