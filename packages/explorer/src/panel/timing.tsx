// When the span ran, how long, how much of it itself, and under which parent.
import type { ReactNode } from "react";
import { durationLabel, spanDurationLabel } from "../trace/clock.ts";
import { formatExactDuration, formatOffset } from "../trace/duration.ts";
import type { Span, Trace } from "../trace/model.ts";
import type { Nanos } from "../trace/time.ts";
import { formatClock, formatExactUtc, formatFull } from "../trace/wall-time.ts";

interface TimingProps {
  readonly span: Span;
  readonly clock: Trace["clock"];
  readonly selfTime: Nanos;
  readonly parent: Span | undefined;
  readonly open: (key: string) => void;
}

export function Timing({ span, clock, selfTime, parent, open }: TimingProps) {
  const duration = spanDurationLabel(span, clock);
  const isBelowStep = duration.startsWith("<");
  return (
    <dl className="figures grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-4 py-3 text-sm">
      <Line
        name="Duration"
        detail={
          isBelowStep ? "the clock advanced in whole milliseconds" : exactIfOther(span.duration, duration)
        }
      >
        <span className="font-semibold">{duration}</span>
      </Line>
      <Line name="Self time" detail={share(selfTime, span.duration)}>
        {durationLabel(selfTime, clock)}
      </Line>
      <Line
        name="Start"
        detail={span.start === 0 ? "where the trace begins" : `${formatOffset(span.start)} into the trace`}
        title={formatFull(span.startUnixNano)}
      >
        {formatClock(span.startUnixNano)}
      </Line>
      <Line name="Exact start">
        <code className="font-mono text-xs">{formatExactUtc(span.startUnixNano)}</code>
      </Line>
      <Line name="Parent">
        {parent !== undefined ? (
          <button
            type="button"
            className="max-w-full cursor-pointer truncate rounded text-left text-kumo-link underline"
            onClick={() => open(parent.key)}
          >
            {parent.title}
          </button>
        ) : span.parentSpanId === "" ? (
          <span className="text-kumo-subtle">none, this is a root</span>
        ) : (
          <span className="text-kumo-warning">
            <code className="font-mono text-xs">{span.parentSpanId}</code> is not in the trace
          </span>
        )}
      </Line>
    </dl>
  );
}

interface LineProps {
  readonly name: string;
  readonly detail?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

function Line({ name, detail, title, children }: LineProps) {
  return (
    <>
      <dt className="text-kumo-subtle">{name}</dt>
      <dd title={title} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        {children}
        {detail !== undefined && <span className="text-xs text-kumo-subtle">{detail}</span>}
      </dd>
    </>
  );
}

function share(part: Nanos, whole: Nanos): string {
  return whole === 0 ? "" : `${Math.round((part / whole) * 100)} %`;
}

/** "" where the rounded duration already says it all. */
function exactIfOther(duration: Nanos, shown: string): string {
  const exact = formatExactDuration(duration);
  return exact === shown ? "" : exact;
}
