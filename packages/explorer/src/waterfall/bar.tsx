// A span's bar and its label.
import { boxOf, labelSide, MIN_BAR } from "../trace/geometry.ts";
import type { Span } from "../trace/model.ts";
import { type Pixels, pixels, type TimeRange } from "../trace/time.ts";

/** Mean width of a character at the label's size; measuring each label would force a layout per row. */
const CHARACTER_PX = 6.3;

interface BarProps {
  readonly span: Span;
  readonly duration: string;
  readonly range: TimeRange;
  readonly axisPx: Pixels;
}

export function Bar({ span, duration, range, axisPx }: BarProps) {
  const name = span.title;
  const box = boxOf(span.start, span.duration, range);
  const side = labelSide(box, axisPx, pixels((name.length + duration.length + 2) * CHARACTER_PX));
  const left = box.left * axisPx;
  const width = Math.max(MIN_BAR, box.width * axisPx);
  // A bar of no width at the very end would lie outside.
  const shift = Math.max(0, Math.min(left, axisPx - MIN_BAR));
  const place = {
    inside: { left: shift + 8, maxWidth: width - 12 },
    right: { left: shift + width + 6, maxWidth: Math.max(0, axisPx - shift - width - 8) },
    left: { right: axisPx - shift + 6, maxWidth: Math.max(0, shift - 8) },
  }[side];
  return (
    <>
      <span
        aria-hidden
        className="bar absolute inset-y-[5px]"
        data-error={span.status === "error" || undefined}
        data-unfinished={span.isUnfinished || undefined}
        style={{ transform: `translateX(${shift}px)`, width }}
      />
      <span
        className="figures absolute flex h-full items-center gap-1.5 text-xs whitespace-nowrap"
        style={place}
      >
        <span className="truncate">{name}</span>
        <span className={side === "inside" ? "opacity-75" : "text-kumo-subtle"}>{duration}</span>
      </span>
    </>
  );
}
