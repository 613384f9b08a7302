// This trace and another one, step by step. Which other one is in the address, and is asked for here.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useMemo } from "react";
import { productHue } from "../theme/palette.ts";
import { durationLabel } from "../trace/clock.ts";
import { type ComparedStep, compareTraces, type StepSide } from "../trace/compare.ts";
import { formatDuration } from "../trace/duration.ts";
import { flameNodes } from "../trace/flame.ts";
import type { Span, Trace } from "../trace/model.ts";
import { selfTimes } from "../trace/self-time.ts";
import { nanos } from "../trace/time.ts";
import { buildTree, type Tree } from "../trace/tree.ts";
import { useTrace } from "../trace-page/use-trace.ts";
import { Candidates } from "./candidates.tsx";

const route = getRouteApi("/traces/$traceId");
const INDENT_PX = 14;
const MAX_INDENT = 16;
/** More steps than this are cut: they are different names under different stacks, not spans. */
const MAX_STEPS = 2_000;
const TRACE_ID = /[0-9a-f]{32}/i;

interface ComparisonProps {
  /** Undefined while it has not arrived. */
  readonly root: Span | undefined;
  readonly tree: Tree;
  /** Self times by position. */
  readonly self: Float64Array;
  readonly clock: Trace["clock"];
}

export default function Comparison({ root, tree, self, clock }: ComparisonProps) {
  const { with: otherId } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const id = TRACE_ID.exec(String(new FormData(event.currentTarget).get("other")))?.[0].toLowerCase();
    if (id !== undefined) void navigate({ search: (before) => ({ ...before, with: id }) });
  };
  return (
    <section aria-label="Comparison" className="flex min-h-0 min-w-0 flex-1 flex-col bg-kumo-base">
      <form
        className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line px-3 py-1.5 sm:px-4"
        onSubmit={choose}
      >
        <Input
          key={otherId}
          size="sm"
          name="other"
          aria-label="Id or address of the other trace"
          placeholder="Id or address of the other trace"
          defaultValue={otherId ?? ""}
          className="w-72 min-w-0 flex-1 font-mono sm:max-w-96"
        />
        <Button size="sm" type="submit">
          Compare
        </Button>
        {otherId !== undefined && (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => void navigate({ search: (before) => ({ ...before, with: undefined }) })}
          >
            Choose another
          </Button>
        )}
      </form>
      {otherId === undefined ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
        <div data-scrolls tabIndex={0} className="min-h-0 flex-1 overflow-auto">
          <p className="px-3 py-4 text-sm text-kumo-subtle sm:px-6">
            Choose the trace to set beside this one, from before a deploy or one that was fast; or paste its
            id or address above.
          </p>
          {root !== undefined && <Candidates root={root} />}
        </div>
      ) : (
        <WithOther otherId={otherId} tree={tree} self={self} clock={clock} />
      )}
    </section>
  );
}

interface WithOtherProps extends Omit<ComparisonProps, "root"> {
  readonly otherId: string;
}

function WithOther({ otherId, tree, self, clock }: WithOtherProps) {
  const { trace, failure } = useTrace(otherId);
  const steps = useMemo(() => {
    if (trace === undefined) return undefined;
    const other = buildTree(trace.spans);
    return compareTraces(flameNodes(tree, self), flameNodes(other, selfTimes(other)));
  }, [trace, tree, self]);
  if (steps === undefined) {
    return (
      <p role="status" className="p-6 text-sm text-kumo-subtle">
        {failure === undefined ? "Loading the other trace …" : `${failure.message} ${failure.remedy}`}
      </p>
    );
  }
  const coarser = clock === "millisecond" ? clock : (trace?.clock ?? clock);
  const most = steps.reduce((largest, { change }) => Math.max(largest, Math.abs(change)), 1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
    <div data-scrolls tabIndex={0} className="min-h-0 flex-1 overflow-auto">
      <table className="figures w-full max-w-480 min-w-120 border-collapse text-sm">
        <thead className="sticky top-0 z-10 bg-kumo-elevated text-xs text-kumo-subtle">
          <tr className="[&>th]:border-b [&>th]:border-kumo-line [&>th]:px-3 [&>th]:py-1.5 [&>th]:text-right [&>th]:font-medium sm:[&>th]:px-4 [&>th:first-child]:text-left">
            <th>Step</th>
            <th>This trace</th>
            <th>The other</th>
            <th>Change</th>
          </tr>
        </thead>
        <tbody>
          {steps.slice(0, MAX_STEPS).map((step, index) => (
            <Step key={index} step={step} most={most} clock={coarser} />
          ))}
        </tbody>
      </table>
      {steps.length > MAX_STEPS && (
        <p className="p-3 text-xs text-kumo-subtle">
          and {(steps.length - MAX_STEPS).toLocaleString("en-US")} more steps
        </p>
      )}
    </div>
  );
}

interface StepProps {
  readonly step: ComparedStep;
  readonly most: number;
  readonly clock: Trace["clock"];
}

function Step({ step, most, clock }: StepProps) {
  const { name, otherName, service, product, depth, before, after, change } = step;
  const names = otherName === undefined ? name : `${name} → ${otherName}`;
  const word = before === undefined ? "new" : after === undefined ? "gone" : undefined;
  return (
    <tr className="border-b border-kumo-hairline hover:bg-(--row-hover) [&>td]:px-3 [&>td]:py-1 [&>td]:text-right [&>td]:whitespace-nowrap sm:[&>td]:px-4">
      <th scope="row" className="max-w-80 px-3 py-1 text-left font-normal max-sm:max-w-36 sm:px-4">
        <span
          className="flex items-baseline gap-2"
          style={{ paddingLeft: Math.min(depth, MAX_INDENT) * INDENT_PX }}
        >
          <span className="swatch size-2 shrink-0 rounded-xs" style={{ "--hue": productHue(product) }} />
          <span title={names} className="min-w-0 truncate">
            {names}
          </span>
          <span
            title={service}
            className="min-w-0 shrink-1000 truncate text-xs text-kumo-subtle max-sm:hidden"
          >
            {service}
          </span>
          {word !== undefined && <span className="shrink-0 rounded bg-kumo-tint px-1 text-xs">{word}</span>}
        </span>
      </th>
      <td>
        <Side side={before} clock={clock} />
      </td>
      <td>
        <Side side={after} clock={clock} />
      </td>
      <td className={change > 0 ? "text-kumo-danger" : change < 0 ? "text-kumo-success" : "text-kumo-subtle"}>
        <span className="flex items-center justify-end gap-2">
          <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-kumo-tint max-md:hidden">
            <span
              className="block h-full bg-current"
              style={{ width: `${(100 * Math.abs(change)) / most}%` }}
            />
          </span>
          <span className="min-w-16">
            {change === 0 ? "same" : `${change > 0 ? "+" : "−"}${formatDuration(nanos(Math.abs(change)))}`}
          </span>
        </span>
      </td>
    </tr>
  );
}

interface SideProps {
  readonly side: StepSide | undefined;
  readonly clock: Trace["clock"];
}

function Side({ side, clock }: SideProps) {
  if (side === undefined) return <span className="text-kumo-subtle">–</span>;
  return (
    <>
      {side.spans > 1 && (
        <span className="text-xs text-kumo-subtle">{side.spans.toLocaleString("en-US")} × </span>
      )}
      {durationLabel(side.duration, clock)}
      {side.errors > 0 && <span className="text-xs text-kumo-danger"> {side.errors} failed</span>}
    </>
  );
}
