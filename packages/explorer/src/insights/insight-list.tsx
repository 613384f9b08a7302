// What a reviewer would say of the trace, with the spans that show it and the time that could be won.
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { useMemo } from "react";
import { Portion } from "../shell/portion.tsx";
import { productHue } from "../theme/palette.ts";
import { spanDurationLabel } from "../trace/clock.ts";
import { formatDuration, formatOffset } from "../trace/duration.ts";
import { findInsights } from "../trace/insights/find-insights.ts";
import type { Insight, InsightKind } from "../trace/insights/insight.ts";
import type { Trace } from "../trace/model.ts";
import { targetOf } from "../trace/target.ts";
import type { Tree } from "../trace/tree.ts";

const KINDS: Record<InsightKind, string> = {
  "n-plus-one": "A call per item",
  sequential: "One after the other",
  "repeated-read": "Read again",
  dominant: "Most of the time",
  "slow-first-byte": "Slow first byte",
  "swallowed-error": "Error that nobody saw",
  "after-response": "After the response",
};
/** Spans listed of one finding at first, and how many more each time. */
const SHOWN_SPANS = 8;
const MORE_SPANS = 50;

interface InsightListProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly showSpan: (key: string) => void;
}

export default function InsightList({ trace, tree, showSpan }: InsightListProps) {
  const insights = useMemo(() => findInsights(tree), [tree]);
  if (insights.length === 0) {
    return (
      <section
        aria-label="Insights"
        className="grid min-w-0 flex-1 content-start justify-items-center gap-2 bg-kumo-base p-10 text-center"
      >
        <CheckCircleIcon size={28} className="text-kumo-success" />
        <h2 className="text-base font-semibold text-kumo-strong">Nothing stands out</h2>
        <p className="max-w-md text-sm text-kumo-subtle">
          No calls that wait for each other without need, no read that is repeated, no span that is most of
          the time, no error that nobody saw.
        </p>
      </section>
    );
  }
  return (
    <section
      aria-label="Insights"
      data-scrolls
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
      tabIndex={0}
      className="min-h-0 min-w-0 flex-1 overflow-auto bg-kumo-canvas p-3 sm:p-4"
    >
      <ul className="mx-auto grid max-w-4xl grid-cols-1 gap-3">
        {insights.map((insight) => (
          <li key={`${insight.kind} ${insight.evidence.join(" ")}`}>
            <InsightCard insight={insight} trace={trace} tree={tree} showSpan={showSpan} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function InsightCard({ insight, trace, tree, showSpan }: InsightListProps & { readonly insight: Insight }) {
  const { kind, title, advice, evidence, win } = insight;
  return (
    <article className="rounded-lg border border-kumo-line bg-kumo-base">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 pt-3">
        <div className="min-w-0 flex-1 basis-72">
          <p className="text-xs text-kumo-subtle">{KINDS[kind]}</p>
          <h2 className="text-sm font-semibold wrap-anywhere text-kumo-strong">{title}</h2>
        </div>
        {win > 0 && (
          <p className="figures shrink-0 rounded-md bg-kumo-tint px-2 py-1 text-xs">
            up to <strong className="font-semibold">{formatDuration(win)}</strong> to win
          </p>
        )}
      </header>
      <p className="px-4 pt-1.5 pb-3 text-sm text-kumo-subtle">{advice}</p>
      <div className="border-t border-kumo-hairline px-4 py-1">
        <Portion items={evidence} size={SHOWN_SPANS} step={MORE_SPANS} what="spans">
          {(shown) => (
            <ul>
              {shown.map((position) => {
                const span = tree.spans[position];
                const target = span === undefined ? "" : targetOf(span);
                return (
                  span !== undefined && (
                    <li key={position} className="figures flex items-baseline gap-2 py-0.5 text-xs">
                      <span
                        className="swatch size-2 shrink-0 rounded-xs"
                        style={{ "--hue": productHue(span.product) }}
                      />
                      <button
                        type="button"
                        className="max-w-1/2 shrink-0 cursor-pointer truncate rounded text-left text-kumo-link hover:underline"
                        onClick={() => showSpan(span.key)}
                      >
                        {span.title}
                      </button>
                      <code title={target} className="min-w-0 truncate font-mono text-kumo-subtle">
                        {target}
                      </code>
                      <span className="ml-auto shrink-0 text-kumo-subtle">{formatOffset(span.start)}</span>
                      <span className="w-16 shrink-0 text-right">{spanDurationLabel(span, trace.clock)}</span>
                    </li>
                  )
                );
              })}
            </ul>
          )}
        </Portion>
      </div>
    </article>
  );
}
