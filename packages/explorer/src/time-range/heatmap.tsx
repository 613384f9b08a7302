// When traces began and how long they took, the darker the more. A rectangle chooses both time and duration: dragged over,
// or, by keys, from where the cursor stands to where it is moved with Shift. Traces that failed have a mark of their own.
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from "react";
import { formatDuration } from "../trace/duration.ts";
import { nanos } from "../trace/time.ts";
import {
  type Area,
  areaBetween,
  boxOfCell,
  type Cell,
  columnsOf,
  type Heat,
  type Levels,
  leastOf,
  levelsOf,
  type Place,
  placeAt,
  rowOf,
  stepOf,
  type Took,
  tookOfRows,
  tookText,
} from "./heat.ts";
import { momentText } from "./moment-text.ts";
import type { Period } from "./period.ts";

interface HeatmapProps {
  readonly heat: Heat | undefined;
  /** What is chosen of durations. */
  readonly took: Took | undefined;
  readonly choose: (period: Period, took: string) => void;
}

/** From where the reader began to where they are. */
interface Choice {
  readonly from: Place;
  readonly to: Place;
  readonly isDragged: boolean;
}

export function Heatmap({ heat, took, choose }: HeatmapProps) {
  if (heat === undefined) return <div className="h-20" />;
  return <Chart heat={heat} took={took} choose={choose} />;
}

function Chart({ heat, took, choose }: HeatmapProps & { readonly heat: Heat }) {
  const [choice, setChoice] = useState<Choice>();
  const levels = useMemo(() => levelsOf(heat), [heat]);
  const placeOf = (event: PointerEvent<HTMLElement>): Place => {
    const { left, width, bottom, height } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - left, bottom - event.clientY];
    return placeAt(x / Math.max(1, width), y / Math.max(1, height), heat, levels);
  };
  const area = choice && areaBetween(choice.from, choice.to, heat, levels);
  const take = (chosen: Area | undefined): void => {
    setChoice(undefined);
    if (chosen !== undefined) choose(chosen.period, tookText(chosen.took));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") setChoice(undefined);
    if (event.key === "Enter") take(area);
    const to = moved(choice?.to, event.key, heat, levels);
    if (to === undefined) return;
    event.preventDefault();
    setChoice({ from: event.shiftKey && choice ? choice.from : to, to, isDragged: false });
  };
  return (
    <div
      role="application"
      aria-roledescription="heatmap"
      aria-label={`Traces by duration. ${summaryOf(heat, levels)}. Arrow keys move, with Shift they widen, Enter chooses.`}
      data-heatmap
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      className="relative h-20 min-w-0 flex-1 cursor-crosshair touch-none border-b border-kumo-line select-none"
      onKeyDown={onKey}
      onBlur={() => setChoice(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = placeOf(event);
        setChoice({ from: at, to: at, isDragged: true });
      }}
      onPointerMove={(event) => choice?.isDragged && setChoice({ ...choice, to: placeOf(event) })}
      onPointerUp={() => choice?.isDragged && take(area)}
      onPointerCancel={() => setChoice(undefined)}
    >
      <Lines levels={levels} perDecade={heat.levelsPerDecade} />
      <Cells heat={heat} levels={levels} took={took} />
      {area !== undefined && <Frame area={area} heat={heat} levels={levels} />}
      <span role="status" className="sr-only">
        {area && areaText(area, heat)}
      </span>
    </div>
  );
}

/** Undefined for other keys. The first arrow shows where the cursor is: at the longest traces. */
function moved(place: Place | undefined, key: string, heat: Heat, { low, high }: Levels): Place | undefined {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  if (by === undefined) return undefined;
  const last = columnsOf(heat) - 1;
  if (place === undefined)
    return { column: last, level: Math.max(low, ...heat.cells.map((cell) => cell.level)) };
  const [across = 0, up = 0] = by;
  return {
    column: Math.max(0, Math.min(last, place.column + across)),
    level: Math.max(low, Math.min(high, place.level + up)),
  };
}

/** In percent of the height: closer labels would touch. */
const LABEL_PERCENT = 17;

interface LinesProps {
  readonly levels: Levels;
  readonly perDecade: number;
}

/** Where each decade begins; with its duration where there is room for it. */
function Lines({ levels: { low, high, isOpen }, perDecade }: LinesProps) {
  const rowPercent = 100 / (high + 1 - low);
  const first = isOpen ? low + 1 : low;
  const decades = Array.from(
    { length: (high + 1 - first) / perDecade },
    (_, index) => first + index * perDecade,
  );
  const every = Math.ceil(LABEL_PERCENT / (rowPercent * perDecade));
  return decades.map((level, index) => (
    <span
      key={level}
      aria-hidden
      className="figures pointer-events-none absolute inset-x-0 border-t border-kumo-hairline"
      style={{ bottom: `${(level - low) * rowPercent}%` }}
    >
      {index % every === 0 && (
        <span className="absolute bottom-0 left-0 z-10 rounded-xs bg-kumo-base/80 px-0.5 text-[10px] leading-3 text-kumo-subtle">
          {formatDuration(leastOf(level, perDecade))}
        </span>
      )}
    </span>
  ));
}

interface CellsProps {
  readonly heat: Heat;
  readonly levels: Levels;
  readonly took: Took | undefined;
}

/** Drawn again when there are others, not with every move of the pointer. */
const Cells = memo(function Cells({ heat, levels, took }: CellsProps) {
  const most = heat.cells.reduce((max, { count }) => Math.max(max, count), 1);
  return heat.cells.map((cell) => {
    const { left, width, bottom, height } = boxOfCell(cell, heat, levels);
    const least = leastOf(cell.level, heat.levelsPerDecade);
    const isOut = took !== undefined && (least < took.from || least >= took.to);
    return (
      <span
        key={`${cell.startMs} ${cell.level}`}
        title={cellText(cell, heat, levels)}
        data-step={stepOf(cell.count, most)}
        className={`heat-cell absolute grid place-items-center ${isOut ? "opacity-30" : ""}`}
        style={{
          left: `${left * 100}%`,
          width: `max(2px, ${width * 100}% - 1px)`,
          bottom: `${bottom * 100}%`,
          height: `max(2px, ${height * 100}% - 1px)`,
        }}
      >
        {cell.errors > 0 && <span className="heat-error" />}
      </span>
    );
  });
});

interface FrameProps {
  readonly area: Area;
  readonly heat: Heat;
  readonly levels: Levels;
}

/** What would be chosen, and what is in it. */
function Frame({ area, heat, levels }: FrameProps) {
  const length = heat.period.toMs - heat.period.fromMs;
  const [left, right] = [area.period.fromMs, area.period.toMs].map(
    (ms) => (ms - heat.period.fromMs) / length,
  ) as [number, number];
  const height = levels.high - levels.low + 1;
  return (
    <>
      <span
        aria-hidden
        className="pointer-events-none absolute z-10 border border-kumo-brand bg-kumo-brand/15"
        style={{
          left: `${left * 100}%`,
          width: `${(right - left) * 100}%`,
          bottom: `${((area.rows.low - levels.low) / height) * 100}%`,
          height: `${((area.rows.high + 1 - area.rows.low) / height) * 100}%`,
        }}
      />
      <span
        aria-hidden
        className={`figures pointer-events-none absolute top-full z-30 mt-1 rounded border border-kumo-line bg-kumo-base px-2 py-0.5 text-xs whitespace-nowrap shadow-lg ${left > 0.5 ? "-translate-x-full" : ""}`}
        style={{ left: `${(left > 0.5 ? right : left) * 100}%` }}
      >
        {areaText(area, heat)}
      </span>
    </>
  );
}

const tookWords = ({ from, to }: Took): string =>
  from === 0
    ? `<${formatDuration(nanos(to))}`
    : `${formatDuration(nanos(from))} – ${formatDuration(nanos(to))}`;

function cellText(cell: Cell, heat: Heat, levels: Levels): string {
  const row = rowOf(cell, levels);
  const took = tookOfRows(row, row, levels, heat.levelsPerDecade);
  return areaText({ ...cell, period: { fromMs: cell.startMs, toMs: cell.startMs }, took }, heat);
}

function areaText({ period, took, count, errors }: Omit<Area, "rows">, { bucketMs }: Heat): string {
  const isLong = period.toMs - period.fromMs > bucketMs;
  const time = [period.fromMs, ...(isLong ? [period.toMs] : [])].map(momentText).join(" – ");
  const failed = errors > 0 ? `, ${errors.toLocaleString("en-US")} with errors` : "";
  return `${time} · ${tookWords(took)}: ${count.toLocaleString("en-US")} ${count === 1 ? "trace" : "traces"}${failed}`;
}

function summaryOf({ cells, period, levelsPerDecade }: Heat, levels: Levels): string {
  if (cells.length === 0) return "None in this time";
  const rows = cells.map((cell) => rowOf(cell, levels));
  const took = tookOfRows(Math.min(...rows), Math.max(...rows), levels, levelsPerDecade);
  return `${tookWords(took)}, from ${momentText(period.fromMs)} to ${momentText(period.toMs)}`;
}
