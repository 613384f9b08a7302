// How many there were when, and how many of them failed. Dragging over it chooses the time; by keys that is done with the
// choice of period and the arrows beside it.
import { type PointerEvent, useRef, useState } from "react";
import { momentText } from "./moment-text.ts";
import type { Bucket, Period } from "./period.ts";
import type { Series } from "./use-series.ts";

/** Less is a click whose hand trembled: it chooses the bucket. */
const DRAG_PX = 4;
/** A bar is never lower than this: one event among thousands is to be seen. */
const MIN_BAR_PERCENT = 6;

interface HistogramProps {
  readonly series: Series | undefined;
  /** What is counted: "traces", "logs". */
  readonly unit: string;
  readonly choose: (period: Period) => void;
}

export function Histogram({ series, unit, choose }: HistogramProps) {
  const [drag, setDrag] = useState<readonly [from: number, to: number]>();
  const from = useRef(0);
  if (series === undefined) return <div className="h-10 min-w-40 flex-1" />;
  const { period, buckets, bucketMs } = series;
  const most = buckets.reduce((max, { count }) => Math.max(max, count), 1);
  const length = period.toMs - period.fromMs;
  const fractionOf = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left) / Math.max(1, width)));
  };
  const timeAt = (fraction: number): number => period.fromMs + fraction * length;
  const finish = (event: PointerEvent<HTMLElement>): void => {
    setDrag(undefined);
    if (drag === undefined) return;
    const [start, end] = [Math.min(...drag), Math.max(...drag)];
    const isDrag = (end - start) * event.currentTarget.clientWidth >= DRAG_PX;
    const hit = buckets.find(({ startMs }) => startMs <= timeAt(end) && timeAt(end) < startMs + bucketMs);
    if (isDrag) choose({ fromMs: timeAt(start), toMs: timeAt(end) });
    else if (hit !== undefined) choose({ fromMs: hit.startMs, toMs: hit.startMs + bucketMs });
  };
  return (
    <div
      role="img"
      aria-label={summaryOf(series, unit)}
      data-histogram
      className="relative h-10 min-w-40 flex-1 cursor-crosshair touch-none border-b border-kumo-line select-none"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = fractionOf(event);
        setDrag([from.current, from.current]);
      }}
      onPointerMove={(event) => drag !== undefined && setDrag([from.current, fractionOf(event)])}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(undefined)}
    >
      {buckets.map((bucket) => (
        <Bar key={bucket.startMs} bucket={bucket} series={series} most={most} unit={unit} />
      ))}
      {drag !== undefined && (
        <span
          className="absolute inset-y-0 border-x border-kumo-brand bg-kumo-brand/15"
          style={{ left: `${Math.min(...drag) * 100}%`, width: `${Math.abs(drag[1] - drag[0]) * 100}%` }}
        />
      )}
    </div>
  );
}

interface BarProps {
  readonly bucket: Bucket;
  readonly series: Series;
  readonly most: number;
  readonly unit: string;
}

function Bar({ bucket: { startMs, count, errors }, series: { period, bucketMs }, most, unit }: BarProps) {
  const length = period.toMs - period.fromMs;
  // The first bucket may begin before the period.
  const left = Math.max(0, (startMs - period.fromMs) / length);
  const right = Math.min(1, (startMs + bucketMs - period.fromMs) / length);
  return (
    <span
      title={`${momentText(startMs)}\n${count.toLocaleString("en-US")} ${unit}, ${errors.toLocaleString("en-US")} with errors`}
      className="absolute bottom-0 flex h-full items-end px-[0.5px] hover:bg-(--row-hover)"
      style={{ left: `${left * 100}%`, width: `${Math.max(0.2, (right - left) * 100)}%` }}
    >
      <span
        className="flex w-full flex-col justify-end bg-(--minimap-bar)"
        style={{ height: `${Math.max(MIN_BAR_PERCENT, (count / most) * 100)}%` }}
      >
        {errors > 0 && (
          <span className="min-h-0.5 bg-(--error-edge)" style={{ height: `${(errors / count) * 100}%` }} />
        )}
      </span>
    </span>
  );
}

function summaryOf({ period, buckets }: Series, unit: string): string {
  const [count, errors] = buckets.reduce(
    ([all, bad], bucket) => [all + bucket.count, bad + bucket.errors],
    [0, 0],
  );
  return `${count} ${unit}, ${errors} with errors, from ${momentText(period.fromMs)} to ${momentText(period.toMs)}`;
}
