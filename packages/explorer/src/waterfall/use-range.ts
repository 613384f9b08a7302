// Which stretch of the trace the axis shows. The whole, until the reader zooms.
import { useCallback, useMemo, useState } from "react";
import { wholeRange } from "../trace/geometry.ts";
import type { Span } from "../trace/model.ts";
import { type Nanos, nanos, type TimeRange } from "../trace/time.ts";
import { clampRange, isWhole, pan, rangeOfText, rangeText, zoom } from "../trace/view-range.ts";
import type { Action } from "./keys.ts";
import { useAddress, useInAddress } from "./use-address.ts";

export interface ShownRange {
  readonly whole: TimeRange;
  readonly range: TimeRange;
  readonly isZoomed: boolean;
  readonly show: (range: TimeRange) => void;
  /** Around `at`, or the middle. */
  readonly zoomBy: (factor: number, at?: Nanos) => void;
  /** By a share of what is shown, negative to the left. */
  readonly panBy: (share: number) => void;
  readonly showWhole: () => void;
}

export function useRange(duration: Nanos): ShownRange {
  // Undefined for the whole, which grows while the trace does.
  const inAddress = useAddress().range;
  const [chosen, setChosen] = useState(() => rangeOfText(inAddress));
  const text = useMemo(() => (chosen === undefined ? undefined : rangeText(chosen)), [chosen]);
  useInAddress("range", text, (given) => setChosen(rangeOfText(given)));
  const whole = useMemo(() => wholeRange(duration), [duration]);
  const range = useMemo(() => (chosen === undefined ? whole : clampRange(chosen, whole)), [chosen, whole]);
  const change = useCallback(
    (next: (range: TimeRange) => TimeRange) =>
      setChosen((before) => {
        const after = clampRange(next(before ?? whole), whole);
        return isWhole(after, whole) ? undefined : after;
      }),
    [whole],
  );
  const show = useCallback((next: TimeRange) => change(() => next), [change]);
  const zoomBy = useCallback(
    (factor: number, at?: Nanos) =>
      change((before) => zoom(before, factor, at ?? nanos((before.start + before.end) / 2), whole)),
    [change, whole],
  );
  const panBy = useCallback(
    (share: number) => change((before) => pan(before, share, whole)),
    [change, whole],
  );
  const showWhole = useCallback(() => setChosen(undefined), []);
  const isZoomed = chosen !== undefined;
  // The same for as long as the range is: what shows it is not rendered for other reasons.
  return useMemo(
    () => ({ whole, range, isZoomed, show, zoomBy, panBy, showWhole }),
    [whole, range, isZoomed, show, zoomBy, panBy, showWhole],
  );
}

const ZOOM_FACTOR = 1.6;
const PAN_SHARE = 0.2;

/**
 * What a key does to the shown range; undefined for keys that do nothing to it.
 * @param cursor the span that zooming keeps in sight, where it is
 */
export function timelineAction(
  action: Action,
  shown: ShownRange,
  cursor: Span | undefined,
): (() => void) | undefined {
  const at = cursor === undefined ? undefined : middleInSight(cursor, shown.range);
  switch (action) {
    case "zoom-in":
      return () => shown.zoomBy(ZOOM_FACTOR, at);
    case "zoom-out":
      return () => shown.zoomBy(1 / ZOOM_FACTOR, at);
    case "pan-left":
      return () => shown.panBy(-PAN_SHARE);
    case "pan-right":
      return () => shown.panBy(PAN_SHARE);
    case "zoom-whole":
      return shown.showWhole;
    default:
      return undefined;
  }
}

/** The middle of the part of a span that is in sight; undefined where none is. */
function middleInSight({ start, duration }: Span, range: TimeRange): Nanos | undefined {
  const from = Math.max(start, range.start);
  const until = Math.min(start + duration, range.end);
  return from <= until ? nanos((from + until) / 2) : undefined;
}
