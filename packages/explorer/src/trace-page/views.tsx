// The ways to look at a trace, as links: each has its own address.
import { getRouteApi, Link } from "@tanstack/react-router";
import { memo, useEffect, useRef } from "react";
import type { TraceSearch } from "../addresses.ts";

const route = getRouteApi("/traces/$traceId");

interface ViewsProps {
  /** Undefined while it is not known. */
  readonly logs: number | undefined;
}

export function Views({ logs }: ViewsProps) {
  const nav = useRef<HTMLElement>(null);
  const view = route.useSearch({ select: (search) => search.view });
  // On a narrow screen the one that is open may lie beyond the edge.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they say which link it is, and how wide.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [view, logs]);
  return (
    <nav
      ref={nav}
      aria-label="Views of the trace"
      className="flex max-w-full gap-4 overflow-x-auto whitespace-nowrap"
    >
      <View to={undefined} name="Waterfall" />
      <View to="insights" name="Insights" />
      <View to="flame" name="Flame graph" />
      <View to="statistics" name="Statistics" />
      <View to="logs" name="Logs" count={logs} />
      <View to="compare" name="Compare" />
      <View to="raw" name="Raw" />
    </nav>
  );
}

interface ViewProps {
  readonly to: TraceSearch["view"];
  readonly name: string;
  readonly count?: number | undefined;
}

/** Links are dear to draw: only the one that has a number is drawn again when the trace comes. */
const View = memo(function View({ to, name, count }: ViewProps) {
  return (
    <Link
      from="/traces/$traceId"
      to="."
      search={(before: TraceSearch) => ({ ...before, view: to })}
      activeOptions={{ exact: true, includeSearch: true }}
      className="border-b-2 border-transparent px-0.5 pt-1 pb-1.5 text-sm text-kumo-subtle hover:text-kumo-default aria-[current]:border-kumo-brand aria-[current]:font-medium aria-[current]:text-kumo-default"
    >
      {name}
      {count !== undefined && (
        <span className="figures text-kumo-subtle"> {count.toLocaleString("en-US")}</span>
      )}
    </Link>
  );
});
