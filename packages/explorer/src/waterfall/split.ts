// How the width is divided between the tree and the time axis. The share is remembered across traces.
import { useMemo, useState } from "react";
import { type Pixels, pixels } from "../trace/time.ts";

const KEY = "enterspan.tree-share";
const DEFAULT_SHARE = 0.3;
const NARROW_SHARE = 0.42;
const NARROW_PX = 640;
const MIN_TREE_PX = 96;
const MIN_AXIS_PX = 120;

export interface Split {
  readonly treePx: Pixels;
  readonly minPx: number;
  readonly maxPx: number;
  /** Limits apply: neither side can be made to vanish. */
  readonly setTreePx: (px: number) => void;
}

export function useSplit(width: number): Split {
  const [share, setShare] = useState(readShare);
  return useMemo(() => {
    const maxPx = Math.max(MIN_TREE_PX, width - MIN_AXIS_PX);
    const clamp = (px: number): number => Math.round(Math.min(maxPx, Math.max(MIN_TREE_PX, px)));
    const wanted = share ?? (width < NARROW_PX ? NARROW_SHARE : DEFAULT_SHARE);
    return {
      treePx: pixels(clamp(width * wanted)),
      minPx: MIN_TREE_PX,
      maxPx,
      setTreePx(px) {
        const next = clamp(px) / Math.max(1, width);
        setShare(next);
        storeShare(next);
      },
    };
  }, [width, share]);
}

function readShare(): number | undefined {
  try {
    const share = Number(localStorage.getItem(KEY));
    return share > 0 && share < 1 ? share : undefined;
  } catch {
    return undefined;
  }
}

function storeShare(share: number): void {
  try {
    localStorage.setItem(KEY, String(share));
  } catch {
    // Storage is forbidden: the share holds until the page is left.
  }
}
