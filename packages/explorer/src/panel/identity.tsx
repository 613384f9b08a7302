// Who the span is and who recorded it.
import { CopyButton } from "../shell/copy-button.tsx";
import type { Span } from "../trace/model.ts";
import { formatExactUtc } from "../trace/wall-time.ts";
import { AttributeTable } from "./attribute-table.tsx";

export function Identity({ span }: { readonly span: Span }) {
  const facts = [
    ["Name", span.name],
    ["Trace id", span.traceId],
    ["Span id", span.spanId],
    ["Parent span id", span.parentSpanId],
    ["Exact end", span.isEndMissing ? "" : formatExactUtc(span.endUnixNano)],
    ["Scope", [span.scope.name, span.scope.version].filter(Boolean).join(" ")],
  ] as const;
  return (
    <div className="grid gap-2">
      <dl className="grid grid-cols-[minmax(8rem,2fr)_minmax(0,3fr)] rounded-md border border-kumo-hairline text-xs">
        {facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div
              key={name}
              className="col-span-2 grid grid-cols-subgrid items-center border-b border-kumo-hairline last:border-0"
            >
              <dt className="px-2 py-1 text-kumo-subtle">{name}</dt>
              <dd className="flex min-w-0 items-center gap-1 pr-1">
                <code className="min-w-0 flex-1 font-mono wrap-anywhere">{value}</code>
                <CopyButton what={name.toLowerCase()} text={() => value} />
              </dd>
            </div>
          ))}
      </dl>
      {span.scope.attributes.length > 0 && <AttributeTable attributes={span.scope.attributes} />}
    </div>
  );
}
