// Logs and events as marks on the lower edge of a bar; exceptions stand out. Marks too close to tell apart are one. A
// mark leads to its log; by keys logs are reached in the panel.
import { isException } from "../trace/exception.ts";
import { groupMarkers, markerGap } from "../trace/geometry.ts";
import type { LogRecord, SpanEvent } from "../trace/model.ts";
import type { Nanos, Pixels, TimeRange } from "../trace/time.ts";
import { valueLine } from "../trace/value-text.ts";

interface Mark {
  readonly time: Nanos;
  readonly isBad: boolean;
  /** Undefined for an event. */
  readonly logKey: number | undefined;
  readonly title: () => string;
}

/** More lines in a tooltip than this are counted, not listed. */
const TITLE_LINES = 5;
const LINE_CHARACTERS = 120;

interface MarkersProps {
  readonly events: readonly SpanEvent[];
  readonly logs: readonly LogRecord[] | undefined;
  readonly range: TimeRange;
  readonly axisPx: Pixels;
  /** Opens the span, and points to the log. */
  readonly open: (logKey: number | undefined) => void;
}

export function Markers({ events, logs, range, axisPx, open }: MarkersProps) {
  if (events.length === 0 && logs === undefined) return null;
  const inSight = marksOf(events, logs ?? []).filter(({ time }) => time >= range.start && time <= range.end);
  return groupMarkers(inSight, range, markerGap(axisPx)).map(({ left, items }) => {
    const isBad = items.some((mark) => mark.isBad);
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone, see above.
      // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
      <span
        key={left}
        data-marker
        title={titleOf(items)}
        // Larger than it looks, to be hit.
        className="group/mark absolute bottom-0 grid h-3 w-3 -translate-x-1/2 cursor-pointer place-items-center"
        style={{ left: left * axisPx }}
        onClick={(event) => {
          event.stopPropagation();
          open(items.find(({ logKey }) => logKey !== undefined)?.logKey);
        }}
      >
        <span
          className={`size-[7px] border border-kumo-base group-hover/mark:size-[9px] ${isBad ? "rotate-45 bg-kumo-danger" : "rounded-full bg-kumo-contrast"}`}
        />
      </span>
    );
  });
}

function marksOf(events: readonly SpanEvent[], logs: readonly LogRecord[]): Mark[] {
  const marks: Mark[] = [
    ...events.map((event) => ({
      time: event.time,
      isBad: isException(event),
      logKey: undefined,
      title: () => event.name,
    })),
    ...logs.map((log) => ({
      time: log.time,
      isBad: log.level === "error" || log.level === "fatal",
      logKey: log.key,
      title: () => `${log.level}: ${valueLine(log.body)}`.slice(0, LINE_CHARACTERS),
    })),
  ];
  return marks.sort((a, b) => a.time - b.time);
}

function titleOf(marks: readonly Mark[]): string {
  const lines = marks.slice(0, TITLE_LINES).map((mark) => mark.title());
  const rest = marks.length - lines.length;
  return rest > 0 ? `${lines.join("\n")}\n… and ${rest.toLocaleString("en-US")} more` : lines.join("\n");
}
