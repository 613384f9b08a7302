// Spans elsewhere that this one is linked to.
import { Link } from "@tanstack/react-router";
import { Portion } from "../shell/portion.tsx";
import type { SpanLink } from "../trace/model.ts";
import { AttributeTable } from "./attribute-table.tsx";

const SHOWN = 50;

export function SpanLinks({ links }: { readonly links: readonly SpanLink[] }) {
  return (
    <Portion items={links} size={SHOWN} what="links">
      {(shown) => (
        <ol className="grid gap-3">
          {shown.map(({ traceId, spanId, attributes }, index) => (
            <li key={`${traceId}-${spanId}-${index}`} className="grid gap-1">
              <Link
                to="/traces/$traceId"
                params={{ traceId }}
                search={{ span: spanId }}
                className="font-mono text-xs wrap-anywhere text-kumo-link underline"
              >
                {traceId} / {spanId}
              </Link>
              {attributes.length > 0 && <AttributeTable attributes={attributes} />}
            </li>
          ))}
        </ol>
      )}
    </Portion>
  );
}
