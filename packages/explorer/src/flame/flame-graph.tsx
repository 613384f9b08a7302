// The flame graph: the trace's first level on top, what it called below. A press makes a box as wide as the page.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { productHue } from "../theme/palette.ts";
import { formatDuration } from "../trace/duration.ts";
import { type FlameBox, flameBoxes, flameNodes } from "../trace/flame.ts";
import type { Tree } from "../trace/tree.ts";
import { useElementSize } from "../waterfall/element-size.ts";

const LEVEL_PX = 26;
/** Narrower boxes cannot be told apart nor pressed. */
const MIN_BOX_PX = 2;
/** From here on there is room for the start of a name, and for a time beside it. */
const NAME_PX = 36;
const TIME_PX = 80;
const OVERSCAN = 10;

interface FlameGraphProps {
  readonly tree: Tree;
  /** Self times by position. */
  readonly self: Float64Array;
}

export default function FlameGraph({ tree, self }: FlameGraphProps) {
  const scroller = useRef<HTMLElement>(null);
  const { width } = useElementSize(scroller);
  const [focus, setFocus] = useState(-1);
  const nodes = useMemo(() => flameNodes(tree, self), [tree, self]);
  const shown = focus < nodes.length ? focus : -1;
  const levels = useMemo(
    () => (width === 0 ? [] : flameBoxes(nodes, shown, MIN_BOX_PX / width)),
    [nodes, shown, width],
  );
  const virtualizer = useVirtualizer({
    count: levels.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LEVEL_PX,
    overscan: OVERSCAN,
  });
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-kumo-base">
      <p className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 border-b border-kumo-line px-3 py-1 text-xs text-kumo-subtle sm:px-4">
        As wide as the time spent in a span and below it; spans of the same name under the same stack are one.
        {shown >= 0 && (
          <button
            type="button"
            className="cursor-pointer rounded text-kumo-link underline"
            onClick={() => setFocus(-1)}
          >
            Show all
          </button>
        )}
      </p>
      <section
        ref={scroller}
        aria-label="Flame graph"
        data-scrolls
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-scroll"
      >
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer
            .getVirtualItems()
            .map(({ index }) =>
              (levels[index] ?? []).map((box) => (
                <Box key={box.index} box={box} top={index * LEVEL_PX} widthPx={width} focus={setFocus} />
              )),
            )}
        </div>
      </section>
    </div>
  );
}

interface BoxProps {
  readonly box: FlameBox;
  readonly top: number;
  readonly widthPx: number;
  readonly focus: (index: number) => void;
}

function Box({ box: { node, index, left, width }, top, widthPx, focus }: BoxProps) {
  const spans = `${node.spans.toLocaleString("en-US")} ${node.spans === 1 ? "span" : "spans"}`;
  const errors = node.errors > 0 ? `, ${node.errors.toLocaleString("en-US")} failed` : "";
  const said = `${node.name} ${formatDuration(node.time)} in ${node.service}, itself ${formatDuration(node.self)}, ${spans}${errors}`;
  const px = width * widthPx;
  return (
    <button
      type="button"
      aria-label={said}
      title={said}
      data-error={node.errors > 0 || undefined}
      className="bar absolute flex cursor-pointer items-center gap-1.5 overflow-hidden px-1 text-left text-xs whitespace-nowrap hover:brightness-95"
      style={{
        top: top + 1,
        left: left * widthPx,
        width: Math.max(1, px - 1),
        height: LEVEL_PX - 2,
        "--hue": productHue(node.product),
      }}
      onClick={() => focus(index)}
    >
      {px >= NAME_PX && <span className="truncate">{node.name}</span>}{" "}
      {px >= TIME_PX && <span className="figures opacity-75">{formatDuration(node.time)}</span>}
    </button>
  );
}
