// Which rows exist in the page: those in sight and some beyond them, all of one height. Follows the scroller within the
// frame that it is scrolled in, and is rendered again only when another row is topmost.
import { type RefObject, useEffect, useState } from "react";
import { flushSync } from "react-dom";

export const ROW_PX = 28;
/** Beyond the edges, so that what the compositor scrolls to before the page knows is there. */
export const OVERSCAN = 10;

/** Rows from `first` up to, not including, `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** @param beyond rows beyond each edge */
export function windowAt(topmost: number, heightPx: number, count: number, beyond: number): RowWindow {
  const last = Math.min(topmost, Math.max(0, count - 1)) + Math.ceil(heightPx / ROW_PX) + 1;
  return { first: Math.max(0, Math.min(topmost, count) - beyond), end: Math.min(count, last + beyond) };
}

/** At least as many as a window of this height can hold: `row % slots` is unique among them. */
export const slotsOf = (heightPx: number): number => Math.ceil(heightPx / ROW_PX) + 1 + 2 * OVERSCAN;

/**
 * How far to scroll so that a row is in sight: the least way, or to the middle; `scrollTop` where it is in sight already.
 * @param heightPx of what is seen of the rows
 * @param coveredPx of that, what lies above the first row that can be read
 */
export function scrollTopFor(
  row: number,
  align: "nearest" | "middle",
  { scrollTop, heightPx, coveredPx }: { scrollTop: number; heightPx: number; coveredPx: number },
): number {
  const top = row * ROW_PX;
  const isAbove = top < scrollTop + coveredPx;
  if (!isAbove && top + ROW_PX <= scrollTop + heightPx) return scrollTop;
  if (align === "middle") return Math.max(0, top - (heightPx - ROW_PX) / 2);
  return Math.max(0, isAbove ? top - coveredPx : top + ROW_PX - heightPx);
}

/** The row that is topmost in sight. */
export function useTopmostRow(scroller: RefObject<HTMLElement | null>): number {
  const [topmost, setTopmost] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = (): void => setTopmost(Math.max(0, Math.floor(element.scrollTop / ROW_PX)));
    // At once, or the frame that is about to be drawn would show rows that are not there yet.
    const follow = (): void => flushSync(read);
    read();
    element.addEventListener("scroll", follow, { passive: true });
    return () => element.removeEventListener("scroll", follow);
  }, [scroller]);
  return topmost;
}
