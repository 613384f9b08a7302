// A span's events that are not exceptions.

import { Portion } from "../shell/portion.tsx";
import { formatOffset } from "../trace/duration.ts";
import type { SpanEvent } from "../trace/model.ts";
import { AttributeTable } from "./attribute-table.tsx";

const SHOWN = 50;

export function OtherEvents({ events }: { readonly events: readonly SpanEvent[] }) {
  return (
    <Portion items={events} size={SHOWN} what="events">
      {(shown) => (
        <ol className="grid gap-3">
          {shown.map((event, index) => (
            <li key={`${event.time}-${index}`} className="grid gap-1">
              <div className="flex items-baseline gap-2 text-xs">
                <span className="figures text-kumo-subtle">{formatOffset(event.time)}</span>
                <span className="font-medium wrap-anywhere">{event.name}</span>
                {event.droppedAttributes > 0 && (
                  <span className="text-kumo-warning">{event.droppedAttributes} attributes dropped</span>
                )}
              </div>
              {event.attributes.length > 0 && <AttributeTable attributes={event.attributes} />}
            </li>
          ))}
        </ol>
      )}
    </Portion>
  );
}
