// The map as a picture: services as boxes that lead to their traces, calls as lines, thicker for more and red for
// errors. For the eye; the table below it says the same.
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { TimeSearch } from "../addresses.ts";
import { serviceHue } from "../theme/palette.ts";
import { formatDuration } from "../trace/duration.ts";
import { errorShare, type ServiceCall, shownService } from "./calls.ts";
import { apart, type Label } from "./labels.ts";
import { type Layout, layoutMap, type Place } from "./layout.ts";

const BOX_PX = { width: 184, height: 62 } as const;
const GAP_PX = { x: 150, y: 46 } as const;
const MARGIN_PX = 28;
const MIN_LINE_PX = 1.5;
const MAX_LINE_PX = 4;
const ARROW_PX = 12;
/** Wide enough for five digits and a time. */
const LABEL_PX = { width: 96, line: 16 } as const;
const FINE = { id: "map-arrow", colour: "var(--minimap-bar)" };
const FAILED = { id: "map-arrow-failed", colour: "var(--error-edge)" };

const leftOf = ({ column }: Place): number => MARGIN_PX + column * (BOX_PX.width + GAP_PX.x);
const topOf = ({ row }: Place): number => MARGIN_PX + row * (BOX_PX.height + GAP_PX.y);

interface MapPictureProps {
  readonly calls: readonly ServiceCall[];
  readonly time: TimeSearch;
}

export function MapPicture({ calls, time }: MapPictureProps) {
  const layout = useMemo(() => layoutMap(calls), [calls]);
  const labels = useMemo(() => apart(calls.map((call) => labelOf({ call, layout }))), [calls, layout]);
  const most = calls.reduce((max, { count }) => Math.max(max, count), 1);
  const width = 2 * MARGIN_PX + layout.columns * BOX_PX.width + (layout.columns - 1) * GAP_PX.x;
  const height = 2 * MARGIN_PX + layout.rows * BOX_PX.height + (layout.rows - 1) * GAP_PX.y;
  return (
    <section
      aria-label="Picture of the map"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
      tabIndex={0}
      className="overflow-x-auto border-b border-kumo-line bg-kumo-base"
    >
      <div className="relative mx-auto" style={{ width, height }}>
        <svg aria-hidden width={width} height={height} className="absolute inset-0">
          <defs>
            <Arrow {...FINE} />
            <Arrow {...FAILED} />
          </defs>
          {calls.map((call) => (
            <Line key={`${call.caller}\n${call.callee}`} call={call} layout={layout} most={most} />
          ))}
        </svg>
        {labels.map((label) => (
          <LineLabel key={`${label.call.caller}\n${label.call.callee}`} {...label} />
        ))}
        {[...layout.places.values()].map((place) => (
          <Box key={place.service} place={place} calls={calls} time={time} />
        ))}
      </div>
    </section>
  );
}

interface LineProps {
  readonly call: ServiceCall;
  readonly layout: Layout;
}

/** From the caller's right edge to the callee's left; back to the left it goes around below. */
function curveOf({ call, layout }: LineProps) {
  const from = layout.places.get(call.caller) as Place;
  const to = layout.places.get(call.callee) as Place;
  const isForward = to.column > from.column;
  const x1 = leftOf(from) + BOX_PX.width;
  const y1 = topOf(from) + BOX_PX.height / 2 + (isForward ? 0 : 12);
  const x2 = isForward ? leftOf(to) : leftOf(to) + (to.column === from.column ? BOX_PX.width : 0);
  const y2 = topOf(to) + BOX_PX.height / 2 + (isForward ? 0 : 12);
  const bend = isForward ? Math.max(40, (x2 - x1) / 2) : 70;
  const endBend = isForward || to.column < from.column ? -bend : bend;
  const path = `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 + endBend} ${y2}, ${x2} ${y2}`;
  // The middle of a cubic curve: a quarter of its ends and three quarters of its handles.
  const middle = {
    x: (x1 + 3 * (x1 + bend) + 3 * (x2 + endBend) + x2) / 8,
    y: (y1 + y2) / 2,
  };
  return { path, middle };
}

function Line({ call, layout, most }: LineProps & { readonly most: number }) {
  const share = Math.log1p(call.count) / Math.log1p(most);
  const { id, colour } = call.errors > 0 ? FAILED : FINE;
  return (
    <path
      d={curveOf({ call, layout }).path}
      fill="none"
      stroke={colour}
      strokeDasharray={call.errors > 0 ? "8 5" : undefined}
      strokeWidth={MIN_LINE_PX + share * (MAX_LINE_PX - MIN_LINE_PX)}
      markerEnd={`url(#${id})`}
    />
  );
}

/** Its tip is where the line ends: at the box of what is called. */
function Arrow({ id, colour }: typeof FINE) {
  return (
    <marker
      id={id}
      markerUnits="userSpaceOnUse"
      markerWidth={ARROW_PX}
      markerHeight={ARROW_PX}
      viewBox="0 0 12 12"
      refX={11}
      refY={6}
      orient="auto"
    >
      <path d="M 0 0 L 12 6 L 0 12 z" fill={colour} />
    </marker>
  );
}

interface PlacedLabel extends Label {
  readonly call: ServiceCall;
}

function labelOf({ call, layout }: LineProps): PlacedLabel {
  const lines = call.errors > 0 ? 2 : 1;
  return { call, ...curveOf({ call, layout }).middle, width: LABEL_PX.width, height: lines * LABEL_PX.line };
}

function LineLabel({ call, x, y }: PlacedLabel) {
  return (
    <span
      aria-hidden
      className="figures absolute flex -translate-x-1/2 -translate-y-1/2 flex-col rounded bg-kumo-base/90 px-1 text-center text-[11px] leading-4 whitespace-nowrap"
      style={{ left: x, top: y }}
    >
      <span>
        {call.count.toLocaleString("en-US")} × {formatDuration(call.p50)}
      </span>
      {call.errors > 0 && <span className="text-kumo-danger">{errorShare(call)} errors</span>}
    </span>
  );
}

interface BoxProps {
  readonly place: Place;
  readonly calls: readonly ServiceCall[];
  readonly time: TimeSearch;
}

function Box({ place, calls, time }: BoxProps) {
  const { service } = place;
  const size = { left: leftOf(place), top: topOf(place), ...BOX_PX };
  if (service === "") {
    return (
      <div
        className="absolute grid place-items-center rounded-lg border border-dashed border-kumo-line bg-kumo-base text-sm text-kumo-subtle"
        style={size}
      >
        Outside
      </div>
    );
  }
  const received = calls.filter(({ callee }) => callee === service);
  const count = received.reduce((sum, call) => sum + call.count, 0);
  const errors = received.reduce((sum, call) => sum + call.errors, 0);
  return (
    <Link
      to="/"
      search={{ ...time, service }}
      title={`Traces of ${service}`}
      className="absolute flex flex-col justify-center gap-0.5 rounded-lg border border-kumo-line bg-kumo-base px-3 shadow-xs hover:border-kumo-brand"
      style={size}
    >
      <span className="flex min-w-0 items-center gap-2">
        <span className="swatch size-2.5 shrink-0 rounded-xs" style={{ "--hue": serviceHue(service) }} />
        <span className="truncate text-sm font-medium text-kumo-strong">{shownService(service)}</span>
      </span>
      <span className="figures flex gap-2 text-xs text-kumo-subtle">
        {count.toLocaleString("en-US")} {count === 1 ? "call" : "calls"}
        {errors > 0 && (
          <span className="font-medium text-kumo-danger">{errorShare({ count, errors })} errors</span>
        )}
      </span>
    </Link>
  );
}
