// Spans elsewhere that this one is linked to.
import { Link } from "@tanstack/react-router";
import type { SpanLink } from "../trace/model.ts";
import { AttributeTable } from "./attribute-table.tsx";

export function SpanLinks({ links }: { readonly links: readonly SpanLink[] }) {
  return (
    <ol className="grid gap-3">
      {links.map(({ traceId, spanId, attributes }, index) => (
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
  );
}
