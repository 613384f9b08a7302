// The ways to look at a trace, as links: each has its own address.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TraceSearch } from "../addresses.ts";

interface ViewsProps {
  /** Undefined while it is not known. */
  readonly logs: number | undefined;
}

export function Views({ logs }: ViewsProps) {
  return (
    <nav aria-label="Views of the trace" className="flex max-w-full gap-4 overflow-x-auto whitespace-nowrap">
      <View to={undefined}>Waterfall</View>
      <View to="insights">Insights</View>
      <View to="flame">Flame graph</View>
      <View to="statistics">Statistics</View>
      <View to="logs">
        Logs <span className="figures text-kumo-subtle">{logs?.toLocaleString("en-US")}</span>
      </View>
      <View to="compare">Compare</View>
      <View to="raw">Raw</View>
    </nav>
  );
}

interface ViewProps {
  readonly to: TraceSearch["view"];
  readonly children: ReactNode;
}

function View({ to, children }: ViewProps) {
  return (
    <Link
      from="/traces/$traceId"
      to="."
      search={(before: TraceSearch) => ({ ...before, view: to })}
      activeOptions={{ exact: true, includeSearch: true }}
      className="border-b-2 border-transparent px-0.5 pt-1 pb-1.5 text-sm text-kumo-subtle hover:text-kumo-default aria-[current]:border-kumo-brand aria-[current]:font-medium aria-[current]:text-kumo-default"
    >
      {children}
    </Link>
  );
}
