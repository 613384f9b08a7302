// A span's bar and its label.
import { boxOf, coveredBoxes, fractionAt, labelSide, MIN_BAR } from "../trace/geometry.ts";
import type { Span } from "../trace/model.ts";
import { type Nanos, nanos, type Pixels, pixels, type TimeRange } from "../trace/time.ts";

/** Mean width of a character at the label's size; measuring each label would force a layout per row. */
const CHARACTER_PX = 6.3;

interface BarProps {
  readonly span: Span;
  readonly duration: string;
  readonly range: TimeRange;
  readonly axisPx: Pixels;
  /** A span below has failed. */
  readonly hasErrorBelow: boolean;
  /** When the last of the spans that are folded away ends; undefined where none are. */
  readonly outlivedUntil: number | undefined;
  readonly onPath: readonly TimeRange[] | undefined;
  /** It goes on: drawn up to where the trace ends so far. */
  readonly isRunning: boolean;
  readonly traceEnd: Nanos;
}

/** Further outside than this a bar is cut: browsers do not draw elements of a billion pixels well. */
const OUTSIDE_PX = 50;

export function Bar(props: BarProps) {
  const { span, duration, range, axisPx, hasErrorBelow, outlivedUntil, onPath, isRunning, traceEnd } = props;
  const name = span.title;
  const length = isRunning ? nanos(Math.max(0, traceEnd - span.start)) : span.duration;
  const box = boxOf(span.start, length, range);
  const side = labelSide(box, axisPx, pixels((name.length + duration.length + 2) * CHARACTER_PX));
  const cut = (fraction: number): number =>
    Math.max(-OUTSIDE_PX, Math.min(axisPx + OUTSIDE_PX, fraction * axisPx));
  const isPast = box.left + box.width < 0;
  if (isPast || box.left > 1) return <OutOfSight isPast={isPast} name={name} duration={duration} />;
  // A bar of no width at the very end of the trace would lie outside.
  const left = Math.min(cut(box.left), axisPx - MIN_BAR);
  const width = Math.max(MIN_BAR, cut(box.left + box.width) - left);
  const shift = Math.max(0, left);
  const seen = Math.min(axisPx, left + width) - shift;
  const place = {
    inside: { left: shift + 8, maxWidth: seen - 12 },
    right: { left: shift + seen + 6, maxWidth: Math.max(0, axisPx - shift - seen - 8) },
    left: { right: axisPx - shift + 6, maxWidth: Math.max(0, shift - 8) },
  }[side];
  return (
    <>
      {outlivedUntil !== undefined && outlivedUntil > span.start + span.duration && (
        <span
          aria-hidden
          title="Spans that are folded away end later"
          className="swatch absolute top-1/2 h-px"
          style={{
            left: left + width,
            width: Math.max(1, cut(fractionAt(nanos(outlivedUntil), range)) - left - width),
          }}
        />
      )}
      <span
        aria-hidden
        className="bar absolute inset-y-[5px]"
        data-error={span.status === "error" || undefined}
        data-error-below={hasErrorBelow || undefined}
        data-unfinished={span.isUnfinished || undefined}
        data-running={isRunning || undefined}
        style={{ transform: `translateX(${left}px)`, width }}
      />
      {onPath !== undefined &&
        coveredBoxes(onPath, range, 1 / Math.max(1, axisPx)).map((stretch) => (
          <span
            key={stretch.left}
            aria-hidden
            className="critical-stretch absolute bottom-[3px] h-[3px]"
            style={{ left: stretch.left * axisPx, width: Math.max(1, stretch.width * axisPx) }}
          />
        ))}
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

/** The span lies before or after what is shown: an arrow says where. */
function OutOfSight({ isPast, name, duration }: { isPast: boolean; name: string; duration: string }) {
  return (
    <span
      className={`figures absolute flex h-full items-center gap-1.5 text-xs whitespace-nowrap text-kumo-subtle ${isPast ? "left-1" : "right-1"}`}
    >
      {isPast && <span aria-hidden>←</span>}
      <span className="sr-only">{name}</span>
      {duration}
      {!isPast && <span aria-hidden>→</span>}
    </span>
  );
}
