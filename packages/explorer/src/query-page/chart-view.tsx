// One visualisation over time, a line a group. Dragging over it chooses the time, a click leads to the traces of that
// moment; by keys that is done in the table below and in the choice of time.
import "./language.ts";

import { useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "../theme/mode.ts";
import type { Period } from "../time-range/period.ts";
import { useElementSize } from "../waterfall/element-size.ts";
import { formatValue } from "./format-value.ts";
import { lineHue } from "./line-hue.ts";
import { nameOf } from "./query.ts";
import type { Chart, Group } from "./run.ts";

const HEIGHT_PX = 210;
/** How near the pointer must be to a line to be on it. */
const NEAR_PX = 24;
/** Less is a click whose hand trembled. */
const DRAG_PX = 5;

/** In seconds: hours and minutes, with seconds or the day where ticks are as close or as far apart. */
function tickText(seconds: number, step: number): string {
  const date = new Date(seconds * 1_000);
  if (step >= 86_400) return date.toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  return date.toLocaleTimeString("en-GB").slice(0, step < 60 ? 8 : 5);
}

interface ChartViewProps {
  readonly chart: Chart;
  readonly groups: readonly Group[];
  readonly nameOfGroup: (group: Group) => string;
  readonly stepMs: number;
  readonly choose: (period: Period) => void;
  /** Group undefined where the pointer is on no line. */
  readonly openTraces: (period: Period, group: Group | undefined) => void;
}

export function ChartView(props: ChartViewProps) {
  const { chart, groups, nameOfGroup, stepMs } = props;
  const frame = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const { width } = useElementSize(frame);
  const [theme] = useTheme();
  const choose = useEffectEvent(props.choose);
  const openTraces = useEffectEvent(props.openTraces);
  const nameGroup = useEffectEvent(nameOfGroup);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are the theme's, read from the page.
  useEffect(() => {
    if (frame.current === null || width === 0) return;
    const style = getComputedStyle(frame.current);
    const [text, grid] = [style.color, style.getPropertyValue("--color-kumo-line")];
    const lightness = style.getPropertyValue("--bar-edge-lightness");
    const chroma = style.getPropertyValue("--bar-edge-chroma");
    /** Of the lines the one that the pointer is on, from 1; undefined for none. */
    let focused: number | undefined;
    const axis: uPlot.Axis = {
      stroke: text,
      grid: { stroke: grid, width: 1 },
      ticks: { stroke: grid, width: 1 },
      font: `11px ${style.fontFamily}`,
    };
    const plot = new uPlot(
      {
        width,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { focus: { prox: NEAR_PX }, drag: { x: true, y: false, dist: DRAG_PX, setScale: false } },
        focus: { alpha: 0.35 },
        scales: { y: { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.08 : 1] } },
        axes: [
          { ...axis, values: (_, ticks, _axis, _space, step) => ticks.map((tick) => tickText(tick, step)) },
          {
            ...axis,
            size: 72,
            values: (_, ticks) => ticks.map((tick) => (tick === 0 ? "0" : formatValue(chart.of, tick))),
          },
        ],
        series: [
          {},
          ...groups.map((_, index): uPlot.Series => {
            const colour = `oklch(${lightness} ${chroma} ${lineHue(index)})`;
            return {
              stroke: colour,
              width: 2,
              points: { size: 5, fill: colour },
              ...(groups.length === 1 && { fill: `oklch(${lightness} ${chroma} ${lineHue(index)} / 0.15)` }),
            };
          }),
        ],
        hooks: {
          setSeries: [
            (_, index) => {
              focused = index ?? undefined;
            },
          ],
          setCursor: [
            ({ cursor }) => {
              if (readout.current === null) return;
              readout.current.textContent = readingAt(cursor.idx ?? undefined, focused);
            },
          ],
          setSelect: [
            ({ select, posToVal }) => {
              if (select.width < DRAG_PX) return;
              const [from, to] = [select.left, select.left + select.width].map(
                (px) => posToVal(px, "x") * 1_000,
              ) as [number, number];
              choose({ fromMs: from, toMs: to });
            },
          ],
        },
      },
      [chart.times, ...chart.lines] as uPlot.AlignedData,
      frame.current,
    );

    function readingAt(at: number | undefined, line: number | undefined): string {
      const time = at === undefined ? undefined : chart.times[at];
      if (at === undefined || time === undefined) return "";
      const clock = tickText(time, 1);
      const lines = groups
        .map((group, index) => ({ group, index, value: chart.lines[index]?.[at] }))
        .filter(({ index, value }) => value != null && (line === undefined || index === line - 1))
        .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
        .slice(0, 4);
      return [
        clock,
        ...lines.map(({ group, value }) =>
          `${nameGroup(group)} ${formatValue(chart.of, value ?? undefined)}`.trim(),
        ),
      ].join("  ·  ");
    }
    const click = (): void => {
      const time = plot.cursor.idx == null ? undefined : chart.times[plot.cursor.idx];
      if (time === undefined || plot.select.width >= DRAG_PX) return;
      const fromMs = time * 1_000;
      openTraces({ fromMs, toMs: fromMs + stepMs }, focused === undefined ? undefined : groups[focused - 1]);
    };
    plot.over.addEventListener("click", click);
    return () => plot.destroy();
  }, [chart, groups, stepMs, width, theme]);

  const total = chart.lines.flat().filter((value) => value !== null).length;
  return (
    <figure className="min-w-0 rounded-lg border border-kumo-line bg-kumo-base px-3 pt-2 pb-1">
      <figcaption className="flex min-w-0 flex-wrap items-baseline gap-x-3 text-sm">
        <span className="font-medium text-kumo-strong">{nameOf(chart.of)}</span>
        <span ref={readout} className="figures min-h-5 min-w-0 truncate text-xs text-kumo-subtle" />
      </figcaption>
      <div
        ref={frame}
        role="img"
        aria-label={`${nameOf(chart.of)} over time, ${groups.length} lines of ${total} values; the table below has the totals`}
        className="chart min-w-0 cursor-pointer text-kumo-subtle"
        style={{ height: HEIGHT_PX }}
      />
    </figure>
  );
}
