// Logs and events as marks on the lower edge of a bar; exceptions stand out. Marks too close to tell apart are one.
import { isException } from "../trace/exception.ts";
import { groupMarkers } from "../trace/geometry.ts";
import type { LogRecord, SpanEvent } from "../trace/model.ts";
import type { Nanos, Pixels, TimeRange } from "../trace/time.ts";
import { valueLine } from "../trace/value-text.ts";

interface Mark {
  readonly time: Nanos;
  readonly isBad: boolean;
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
}

export function Markers({ events, logs, range, axisPx }: MarkersProps) {
  if (events.length === 0 && logs === undefined) return null;
  const inSight = marksOf(events, logs ?? []).filter(({ time }) => time >= range.start && time <= range.end);
  return groupMarkers(inSight, range).map(({ left, items }) => {
    const isBad = items.some((mark) => mark.isBad);
    return (
      <span
        key={left}
        title={titleOf(items)}
        className={`absolute bottom-0.5 size-[7px] -translate-x-1/2 border border-kumo-base ${isBad ? "rotate-45 bg-kumo-danger" : "rounded-full bg-kumo-contrast"}`}
        style={{ left: left * axisPx }}
      />
    );
  });
}

function marksOf(events: readonly SpanEvent[], logs: readonly LogRecord[]): Mark[] {
  const marks: Mark[] = [
    ...events.map((event) => ({ time: event.time, isBad: isException(event), title: () => event.name })),
    ...logs.map((log) => ({
      time: log.time,
      isBad: log.level === "error" || log.level === "fatal",
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
