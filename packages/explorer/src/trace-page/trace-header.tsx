// The head of a trace's page: what it was, when, how long, and what went wrong in it.
import { CaretLeftIcon } from "@phosphor-icons/react/CaretLeft";
import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { FlightChip } from "../shell/flight-chip.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { serviceHue } from "../theme/palette.ts";
import { durationLabel } from "../trace/clock.ts";
import { formatExactDuration } from "../trace/duration.ts";
import { flightOf, isRunning } from "../trace/flight.ts";
import type { Trace } from "../trace/model.ts";
import type { TraceFacts } from "../trace/summary.ts";
import { formatClock, formatDay, formatFull } from "../trace/wall-time.ts";
import { lastList } from "../traces/last-list.ts";
import { Views } from "./views.tsx";

interface TraceHeaderProps {
  readonly trace: Trace;
  /** Nothing is known of it yet but its id. */
  readonly isLoading: boolean;
  readonly facts: TraceFacts;
  /** Opens the span where the trouble began. */
  readonly openCause: () => void;
}

export function TraceHeader({ trace, isLoading, facts, openCause }: TraceHeaderProps) {
  const name = isLoading ? "Loading the trace …" : facts.name;
  usePageTitle(name);
  const flight = flightOf(
    {
      startUnixNano: trace.startUnixNano,
      duration: trace.duration,
      isRootMissing: facts.root === undefined && trace.spans.length > 0,
      isInFlight: facts.root !== undefined && isRunning(facts.root, Date.now()),
    },
    Date.now(),
  );
  return (
    <header className="shrink-0 border-b border-kumo-line bg-kumo-base">
      <div className="flex min-w-0 items-center gap-1 px-2 pt-2 sm:px-3">
        <BackLink />
        <h1 title={name} className="truncate text-lg font-semibold tracking-tight text-kumo-strong">
          {name}
        </h1>
        {flight !== undefined && <FlightChip flight={flight} />}
        <TraceId traceId={trace.traceId} />
      </div>
      <div className="flex flex-wrap items-end justify-between gap-x-6 px-3 sm:px-4">
        {isLoading ? (
          // As high as the facts will be: what is below stays where it is.
          <p className="py-1.5 text-xs max-sm:min-h-11.5">&nbsp;</p>
        ) : (
          <Facts trace={trace} facts={facts} openCause={openCause} />
        )}
        <Views logs={isLoading ? undefined : trace.logs.length} />
      </div>
    </header>
  );
}

// What knows nothing of the trace is not drawn again when it comes.

const BackLink = memo(function BackLink() {
  return (
    <Link
      to="/"
      search={lastList()}
      aria-label="Back to the traces"
      className="rounded p-1 text-kumo-subtle hover:bg-kumo-tint"
    >
      <CaretLeftIcon size={16} />
    </Link>
  );
});

const TraceId = memo(function TraceId({ traceId }: { readonly traceId: string }) {
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1 pl-2 max-md:hidden">
      <code className="font-mono text-xs text-kumo-subtle">{traceId}</code>
      <CopyButton what="trace id" text={() => traceId} />
    </span>
  );
});

function Facts({ trace, facts, openCause }: Omit<TraceHeaderProps, "isLoading">) {
  return (
    <dl className="figures flex min-w-0 flex-wrap gap-x-5 gap-y-0.5 py-1.5 text-xs max-sm:min-h-11.5">
      <Fact name={facts.services.length > 1 ? "Services" : "Service"}>
        <span className="flex min-w-0 flex-wrap gap-x-3">
          {facts.services.map((service) => (
            <span key={service} title={service} className="flex min-w-0 items-center gap-1.5">
              <span className="swatch size-2 shrink-0 rounded-xs" style={{ "--hue": serviceHue(service) }} />
              <span className="truncate">{service}</span>
            </span>
          ))}
        </span>
      </Fact>
      <Fact name="Start" title={formatFull(trace.startUnixNano)}>
        {formatDay(trace.startUnixNano, new Date())} {formatClock(trace.startUnixNano)}
      </Fact>
      <Fact name="Duration" title={formatExactDuration(trace.duration)}>
        {durationLabel(trace.duration, trace.clock)}
      </Fact>
      <Fact name="Spans">{trace.spans.length.toLocaleString("en-US")}</Fact>
      {facts.droppedSpans + facts.droppedLogs > 0 && (
        <Fact
          name="Not kept"
          title="Spans and logs that were more than an invocation keeps: they are missing here"
          tone="text-kumo-warning"
        >
          {[
            facts.droppedSpans > 0 && `${facts.droppedSpans.toLocaleString("en-US")} spans dropped`,
            facts.droppedLogs > 0 && `${facts.droppedLogs.toLocaleString("en-US")} logs dropped`,
          ]
            .filter(Boolean)
            .join(", ")}
        </Fact>
      )}
      {facts.errors > 0 && (
        <Fact name="Errors" tone="text-kumo-danger">
          <button
            type="button"
            aria-label={`Open the first of ${facts.errors} errors`}
            title="Open the first error"
            className="cursor-pointer rounded underline decoration-kumo-line hover:decoration-current"
            onClick={openCause}
          >
            {facts.errors.toLocaleString("en-US")}
          </button>
        </Fact>
      )}
      {facts.orphans > 0 && (
        <Fact name="Orphans" title="Spans whose parent is not in the trace" tone="text-kumo-warning">
          {facts.orphans.toLocaleString("en-US")}
        </Fact>
      )}
      {facts.unfinished > 0 && (
        <Fact
          name="Unfinished"
          title="Spans that were still open when their invocation ended"
          tone="text-kumo-warning"
        >
          {facts.unfinished.toLocaleString("en-US")}
        </Fact>
      )}
      {facts.dropped > 0 && (
        <Fact
          name="Dropped"
          title="Attributes, events and links left out by their sender"
          tone="text-kumo-warning"
        >
          {facts.dropped.toLocaleString("en-US")}
        </Fact>
      )}
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly title?: string;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Fact({ name, title, tone = "text-kumo-default", children }: FactProps) {
  return (
    <div title={title} className="flex min-w-0 items-center gap-1.5">
      <dt className="text-kumo-subtle">{name}</dt>
      <dd className={`min-w-0 font-medium ${tone}`}>{children}</dd>
    </div>
  );
}
