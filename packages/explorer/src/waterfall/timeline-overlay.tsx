// What follows the pointer over the time axis: a line that says what time it is there, and the stretch that is being
// dragged over to zoom into. Moves elements itself: nothing is rendered while the pointer moves.
import { memo, type RefObject, useEffect, useRef } from "react";
import { formatOffset } from "../trace/duration.ts";
import { nanos, type Pixels } from "../trace/time.ts";
import { rangeBetween } from "../trace/view-range.ts";
import type { ShownRange } from "./use-range.ts";

/** Less is a click whose hand trembled. */
const DRAG_PX = 5;
const WHEEL_ZOOM_PER_PX = 0.004;

interface TimelineOverlayProps {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly shown: ShownRange;
  readonly treePx: Pixels;
  readonly axisPx: Pixels;
}

export const TimelineOverlay = memo(function TimelineOverlay({
  scroller,
  shown,
  treePx,
  axisPx,
}: TimelineOverlayProps) {
  const guide = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  const stretch = useRef<HTMLDivElement>(null);
  const from = useRef<number | undefined>(undefined);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const xOf = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left - treePx;
    const isOnAxis = (x: number): boolean => x >= 0 && x <= axisPx;
    const timeAt = (x: number) =>
      nanos(shown.range.start + (x / axisPx) * (shown.range.end - shown.range.start));

    const showGuide = (x: number): void => {
      if (guide.current === null || label.current === null) return;
      guide.current.hidden = !isOnAxis(x);
      guide.current.style.transform = `translateX(${x}px)`;
      label.current.textContent = formatOffset(timeAt(x));
      label.current.dataset.side = x > axisPx / 2 ? "left" : "right";
    };
    const showStretch = (x: number): void => {
      if (stretch.current === null || from.current === undefined) return;
      const until = Math.max(0, Math.min(axisPx, x));
      stretch.current.hidden = Math.abs(until - from.current) < DRAG_PX;
      stretch.current.style.left = `${Math.min(from.current, until)}px`;
      stretch.current.style.width = `${Math.abs(until - from.current)}px`;
    };
    const move = (event: PointerEvent): void => {
      const x = xOf(event);
      showGuide(x);
      showStretch(x);
    };
    const down = (event: PointerEvent): void => {
      const x = xOf(event);
      const isTaken = event.target instanceof Element && event.target.closest("button, [role=separator]");
      if (event.button !== 0 || event.pointerType === "touch" || isTaken || !isOnAxis(x)) return;
      from.current = x;
    };
    const up = (event: PointerEvent): void => {
      const start = from.current;
      from.current = undefined;
      if (stretch.current !== null) stretch.current.hidden = true;
      if (start === undefined || Math.abs(xOf(event) - start) < DRAG_PX) return;
      shown.show(rangeBetween(start / axisPx, xOf(event) / axisPx, shown.range));
      // What ends a drag does not open the row below it.
      window.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", stop, { capture: true }));
    };
    const leave = (): void => {
      if (guide.current !== null) guide.current.hidden = true;
    };
    const wheel = (event: WheelEvent): void => {
      const x = xOf(event);
      if (event.ctrlKey && isOnAxis(x)) {
        event.preventDefault();
        shown.zoomBy(Math.exp(-event.deltaY * WHEEL_ZOOM_PER_PX), timeAt(x));
        return;
      }
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY) || !shown.isZoomed) return;
      event.preventDefault();
      shown.panBy(sideways / axisPx);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("wheel", wheel, { passive: false });
    window.addEventListener("pointerup", up);
    return () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointerleave", leave);
      element.removeEventListener("wheel", wheel);
      window.removeEventListener("pointerup", up);
    };
  }, [scroller, shown, treePx, axisPx]);

  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-y-0 z-20 overflow-hidden"
      style={{ left: treePx, width: axisPx + 1 }}
    >
      <div ref={stretch} hidden className="absolute inset-y-0 border-x border-kumo-brand bg-kumo-brand/12" />
      <div ref={guide} hidden className="absolute inset-y-0 left-0 w-px bg-kumo-brand/60">
        <span
          ref={label}
          className="figures absolute top-7 rounded bg-kumo-contrast px-1 text-[11px] leading-4 whitespace-nowrap text-kumo-inverse data-[side=left]:right-1 data-[side=right]:left-1"
        />
      </div>
    </div>
  );
});

function stop(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
