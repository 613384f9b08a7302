// The page of one trace: its facts, the waterfall or the logs, and the panel of the span that is open.
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo } from "react";
import type { TraceViewName } from "../addresses.ts";
import { Failure } from "../api/failure.ts";
import { FailureBar } from "../shell/failure-bar.tsx";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { withTerm } from "../trace/find-query.ts";
import type { Span, Trace } from "../trace/model.ts";
import { selfTimes } from "../trace/self-time.ts";
import { firstCause } from "../trace/subtree-facts.ts";
import { traceFacts } from "../trace/summary.ts";
import { nanos, unixNanos } from "../trace/time.ts";
import { buildTree, type Tree } from "../trace/tree.ts";
import { usePainted } from "../waterfall/after-paint.ts";
import { Waterfall } from "../waterfall/waterfall.tsx";
import { TraceHeader } from "./trace-header.tsx";
import { useTrace } from "./use-trace.ts";

// Fetched when they are first opened; the panel, which most readers open, once the page is at rest.
const loadPanel = () => import("../panel/span-panel.tsx");
const SpanPanel = lazy(loadPanel);
const FlameGraph = lazy(() => import("../flame/flame-graph.tsx"));
const StatisticsTable = lazy(() => import("../statistics/statistics-table.tsx"));
const InsightList = lazy(() => import("../insights/insight-list.tsx"));
const Comparison = lazy(() => import("../compare/comparison.tsx"));
const LogList = lazy(() => import("../logs/log-list.tsx"));
const RawView = lazy(() => import("../raw/raw-view.tsx"));

const route = getRouteApi("/traces/$traceId");
const PANEL_AFTER_MS = 300;
const NO_TIMES = new Float64Array();
const LOADING = <p className="p-6 text-kumo-subtle">Loading the view …</p>;

export function TracePage() {
  const { traceId } = route.useParams();
  const { trace, failure, retry } = useTrace(traceId);
  if (trace !== undefined || failure === undefined) {
    return (
      <main className="flex min-h-0 flex-1 flex-col">
        {failure !== undefined && <FailureBar failure={wordedFor(failure)} retry={retry} />}
        <TraceView key={traceId} traceId={traceId} received={trace} />
      </main>
    );
  }
  if (failure.code !== "trace_not_found") return <FailureNotice failure={failure} retry={retry} />;
  return (
    <Notice
      title="This trace is not stored here"
      detail="Retention may have deleted it, or it has not arrived yet: then this page opens it as soon as it does."
    >
      <code className="font-mono text-xs break-all text-kumo-subtle">{traceId}</code>
      <Link to="/" className="text-kumo-link underline">
        To the traces
      </Link>
    </Notice>
  );
}

/** Stands for a trace that is on its way: all that needs no trace is drawn meanwhile. */
const coming = (traceId: string): Trace => ({
  traceId,
  startUnixNano: unixNanos(0n),
  duration: nanos(0),
  spans: [],
  logs: [],
  logsBySpan: new Map(),
  clock: "nanosecond",
  source: () => undefined,
});

/** A trace that was shown a moment ago and is not there any more has been deleted to make room. */
const wordedFor = (failure: Failure): Failure =>
  failure.code === "trace_not_found"
    ? new Failure({
        code: failure.code,
        message: "The server has deleted this trace: it keeps what is recent enough.",
        remedy: "What you see is what this page had read. Raw gives it to you as a file.",
        isPassing: false,
      })
    : failure;

interface TraceViewProps {
  readonly traceId: string;
  readonly received: Trace | undefined;
}

function TraceView({ traceId, received }: TraceViewProps) {
  const { span: openKey, view = "waterfall", colour = "product", path, log } = route.useSearch();
  const navigate = route.useNavigate();
  const isLoading = received === undefined;
  const trace = useMemo(() => received ?? coming(traceId), [received, traceId]);
  const tree = useMemo(() => buildTree(trace.spans), [trace]);
  const facts = useMemo(() => traceFacts(trace, tree), [trace, tree]);
  // The tools stand still for the rows' frame; the legend in them follows behind it.
  const legend = usePainted(facts);
  const openPosition = openKey === undefined ? undefined : tree.positionOf(openKey);
  // The rows do without.
  const isSelfShown = openPosition !== undefined || view !== "waterfall";
  const self = useMemo(() => (isSelfShown ? selfTimes(tree) : NO_TIMES), [isSelfShown, tree]);
  const open = useCallback(
    (key: string | undefined, logKey?: number) =>
      void navigate({
        search: (before) => ({
          ...before,
          span: key,
          log: logKey === undefined ? undefined : String(logKey),
        }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const find = useCallback(
    (term: string) =>
      void navigate({
        search: (before) => ({ ...before, find: withTerm(before.find ?? "", term) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  /** From a log to its span: the waterfall shows where it stands. */
  const showInWaterfall = useCallback(
    (key: string) => void navigate({ search: (before) => ({ ...before, span: key, view: undefined }) }),
    [navigate],
  );
  useEffect(() => {
    const timer = setTimeout(loadPanel, PANEL_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const openCause = (): void => {
    const cause = firstCause(tree);
    if (cause !== undefined) showInWaterfall(cause.key);
  };

  return (
    <>
      <TraceHeader trace={trace} isLoading={isLoading} facts={facts} openCause={openCause} />
      <div className="relative flex min-h-0 flex-1">
        {view !== "waterfall" ? (
          <Suspense fallback={LOADING}>
            {isLoading ? (
              LOADING
            ) : (
              <OtherView
                view={view}
                trace={trace}
                tree={tree}
                self={self}
                root={facts.root}
                showSpan={showInWaterfall}
              />
            )}
          </Suspense>
        ) : (
          <Waterfall
            trace={trace}
            tree={tree}
            isLoading={isLoading}
            products={legend.products}
            services={legend.services}
            colourBy={colour}
            openKey={openKey}
            open={open}
            isPathShown={path === "1"}
            showPath={(isShown) =>
              void navigate({
                search: (before) => ({ ...before, path: isShown ? "1" : undefined }),
                replace: true,
              })
            }
          />
        )}
        {openPosition !== undefined && view === "waterfall" && (
          <Suspense>
            <SpanPanel
              trace={trace}
              tree={tree}
              self={self}
              position={openPosition}
              open={open}
              find={find}
              logKey={log === undefined ? undefined : Number(log)}
            />
          </Suspense>
        )}
      </div>
    </>
  );
}

interface OtherViewProps {
  readonly view: TraceViewName;
  readonly trace: Trace;
  readonly tree: Tree;
  /** Self times by position. */
  readonly self: Float64Array;
  readonly root: Span | undefined;
  readonly showSpan: (key: string) => void;
}

function OtherView({ view, trace, tree, self, root, showSpan }: OtherViewProps) {
  switch (view) {
    case "insights":
      return <InsightList trace={trace} tree={tree} showSpan={showSpan} />;
    case "logs":
      return <LogList trace={trace} tree={tree} showSpan={showSpan} />;
    case "flame":
      return <FlameGraph tree={tree} self={self} />;
    case "statistics":
      return <StatisticsTable tree={tree} self={self} clock={trace.clock} showSpan={showSpan} />;
    case "compare":
      return <Comparison root={root} tree={tree} self={self} clock={trace.clock} />;
    case "raw":
      return <RawView trace={trace} />;
  }
}
