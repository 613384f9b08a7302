// Everything about one span, beside the waterfall; over it on a narrow screen.

import { countedBy, queryText } from "../query-page/query.ts";
import { Portion } from "../shell/portion.tsx";
import { exceptionsOf, isException } from "../trace/exception.ts";
import type { Span, Trace } from "../trace/model.ts";
import { selfTimeAt } from "../trace/self-time.ts";
import type { Tree } from "../trace/tree.ts";
import { warningsOf } from "../trace/warnings.ts";
import { AttributeTable } from "./attribute-table.tsx";
import { ExceptionBox } from "./exception-box.tsx";
import { Identity } from "./identity.tsx";
import { LogLines } from "./log-lines.tsx";
import { OtherEvents } from "./other-events.tsx";
import { PanelHead } from "./panel-head.tsx";
import { Section } from "./section.tsx";
import { SpanLinks } from "./span-links.tsx";
import { tabStopOf } from "./tab-stop.ts";
import { Timing } from "./timing.tsx";
import { Warnings } from "./warnings.tsx";

interface SpanPanelProps {
  readonly trace: Trace;
  readonly tree: Tree;
  /** Self times by position. */
  readonly self: Float64Array;
  readonly position: number;
  readonly open: (key: string | undefined) => void;
  /** Adds a term to what the waterfall finds. */
  readonly find: (term: string) => void;
  /** The log to point to. */
  readonly logKey: number | undefined;
}

const SHOWN_EXCEPTIONS = 20;

export default function SpanPanel({ trace, tree, self, position, open, find, logKey }: SpanPanelProps) {
  const span = tree.spans[position];
  if (span === undefined) return null;
  const parent = tree.spans[tree.parent[position] as number];
  const logs = trace.logsBySpan.get(span.spanId) ?? [];
  const kind = { isRoot: span.parentSpanId === "", isError: span.status === "error" };
  const countBy = (key: string): string | undefined => queryText(countedBy(key, kind));
  const others = span.events.filter((event) => !isException(event));
  return (
    <aside
      aria-label={`Span ${span.title}`}
      className="flex w-[clamp(22rem,34vw,44rem)] shrink-0 flex-col border-l border-kumo-line bg-kumo-base max-lg:absolute max-lg:inset-0 max-lg:z-30 max-lg:w-full max-lg:border-l-0"
    >
      <PanelHead span={span} close={() => open(undefined)} />
      {/* Keyed, so that the next span is read from its top. */}
      <div key={span.key} data-scrolls className="min-h-0 flex-1 overflow-auto pb-6">
        <Timing
          span={span}
          clock={trace.clock}
          selfTime={selfTimeAt(self, position)}
          parent={parent}
          open={open}
        />
        <Warnings warnings={warningsOf(tree, position)} />
        {span.statusMessage !== "" && (
          <p
            tabIndex={tabStopOf(span.statusMessage)}
            className="mx-4 mb-3 max-h-40 overflow-auto rounded-md border border-kumo-line p-2.5 font-mono text-xs wrap-anywhere whitespace-pre-wrap"
          >
            {span.statusMessage}
          </p>
        )}
        <Exceptions span={span} />
        <Section
          name="attributes"
          title="Attributes"
          count={span.attributes.length}
          dropped={span.droppedAttributes}
        >
          <AttributeTable attributes={span.attributes} find={find} countBy={countBy} />
        </Section>
        {logs.length > 0 && (
          <Section name="logs" title="Logs" count={logs.length}>
            <LogLines logs={logs} pointedTo={logKey} />
          </Section>
        )}
        {(others.length > 0 || span.droppedEvents > 0) && (
          <Section name="events" title="Events" count={others.length} dropped={span.droppedEvents}>
            <OtherEvents events={others} />
          </Section>
        )}
        {(span.links.length > 0 || span.droppedLinks > 0) && (
          <Section name="links" title="Links" count={span.links.length} dropped={span.droppedLinks}>
            <SpanLinks links={span.links} />
          </Section>
        )}
        <Section
          name="resource"
          title="Resource"
          count={span.resource.attributes.length}
          dropped={span.resource.droppedAttributes}
          isClosed
        >
          <AttributeTable attributes={span.resource.attributes} countBy={countBy} />
        </Section>
        <Section name="ids" title="Ids and scope" isClosed>
          <Identity span={span} />
        </Section>
      </div>
    </aside>
  );
}

function Exceptions({ span }: { readonly span: Span }) {
  return (
    <div className="px-4">
      <Portion items={exceptionsOf(span)} size={SHOWN_EXCEPTIONS} what="exceptions">
        {(shown) =>
          shown.map((exception, index) => (
            <ExceptionBox key={`${exception.event.time}-${index}`} exception={exception} />
          ))
        }
      </Portion>
    </div>
  );
}
