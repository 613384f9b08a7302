// One trace of the list: a line of columns, or two lines on a narrow screen. The whole row is the link.
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { TraceRow } from "../api/decode-summary.ts";
import { FlightChip } from "../shell/flight-chip.tsx";
import { serviceHue } from "../theme/palette.ts";
import { traceDurationLabel } from "../trace/clock.ts";
import { flightOf } from "../trace/flight.ts";
import { shownName } from "../trace/span-name.ts";
import { formatClock, formatDay, formatFull } from "../trace/wall-time.ts";
import { StatusChip } from "./status-chip.tsx";

interface TraceListRowProps {
  readonly row: TraceRow;
  /** As assistive technology counts: from 1, the header included. */
  readonly rowIndex: number;
  readonly top: number;
  readonly height: number;
  /** Length of the duration's bar, 0 to 1. */
  readonly share: number;
  readonly hasArrived: boolean;
}

export const TraceListRow = memo(function TraceListRow(props: TraceListRowProps) {
  const { row, rowIndex, top, height, share, hasArrived } = props;
  const day = formatDay(row.startUnixNano, new Date());
  const [service = "", ...others] = row.services;
  const flight = flightOf(row, Date.now());
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={`trace-columns absolute inset-x-0 border-b border-kumo-hairline hover:bg-(--row-hover) ${hasArrived ? "arrived" : ""}`}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span
        role="cell"
        title={formatFull(row.startUnixNano)}
        className="figures cell-time truncate text-kumo-subtle"
      >
        {day !== "" && <span>{day} </span>}
        <span className="text-kumo-default">{formatClock(row.startUnixNano)}</span>
      </span>
      <span role="cell" className="cell-name flex min-w-0 items-center gap-2">
        <Link
          to="/traces/$traceId"
          params={{ traceId: row.traceId }}
          title={row.name}
          className="truncate font-medium text-kumo-strong after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-kumo-brand"
        >
          {shownName(row.name)}
        </Link>
        {flight !== undefined && <FlightChip flight={flight} />}
      </span>
      <span
        role="cell"
        title={row.services.join(", ")}
        className="cell-service flex min-w-0 items-center gap-1.5"
      >
        <span className="swatch size-2 shrink-0 rounded-xs" style={{ "--hue": serviceHue(service) }} />
        <span className="truncate">{service}</span>
        {others.length > 0 && <span className="shrink-0 text-xs text-kumo-subtle">+{others.length}</span>}
      </span>
      <span role="cell" className="cell-status flex items-center">
        <StatusChip status={row.status} httpStatus={row.httpStatus} />
      </span>
      <span role="cell" className="cell-duration figures flex items-center gap-2">
        <span className="shrink-0 text-right max-md:ml-auto md:w-18 md:text-left">
          {traceDurationLabel(row.startUnixNano, row.duration)}
        </span>
        <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-kumo-tint max-md:hidden">
          <span
            className="swatch block h-full min-w-0.5 rounded-full"
            style={{ width: `${share * 100}%`, "--hue": serviceHue(service) }}
          />
        </span>
      </span>
      <span role="none" className="cell-counts flex justify-end gap-2 md:contents">
        <Count value={row.spans} unit="spans" />
        <Count value={row.errors} unit="errors" tone={row.errors > 0 ? "font-medium text-kumo-danger" : ""} />
        <Count value={row.logs} unit="logs" />
      </span>
    </div>
  );
});

interface CountProps {
  readonly value: number;
  readonly unit: "spans" | "errors" | "logs";
  readonly tone?: string;
}

/** A zero is quiet: it is there to be skipped. */
function Count({ value, unit, tone = "" }: CountProps) {
  return (
    <span
      role="cell"
      className={`figures text-right ${value === 0 ? "text-kumo-subtle max-md:hidden" : ""} ${tone}`}
    >
      {value.toLocaleString("en-US")}
      <span className="md:sr-only"> {value === 1 ? unit.slice(0, -1) : unit}</span>
    </span>
  );
}
