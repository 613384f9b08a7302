// The list of traces: what the reader sees first.
import { getRouteApi } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { FailureBar } from "../shell/failure-bar.tsx";
import { useMediaQuery } from "../shell/media-query.ts";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { filterTraces } from "./filter.ts";
import { FirstSteps } from "./first-steps.tsx";
import { TraceTable } from "./trace-table.tsx";
import { TracesToolbar } from "./traces-toolbar.tsx";
import { useServices } from "./use-services.ts";
import { useTraces } from "./use-traces.ts";

const route = getRouteApi("/");
const ROW_PX = 34;
/** On a narrow screen a row has two lines. */
const NARROW_ROW_PX = 56;

export function TracesPage() {
  usePageTitle("Traces");
  const { q = "", service, errors } = route.useSearch();
  const { list, failure, retry, loadOlder, isLoadingOlder } = useTraces(service);
  const rowPx = useMediaQuery("(min-width: 48rem)") ? ROW_PX : NARROW_ROW_PX;
  const text = useDeferredValue(q);
  const onlyErrors = errors === "1";
  const all = list?.rows;
  const rows = useMemo(
    () => (all === undefined ? [] : filterTraces(all, { text, onlyErrors })),
    [all, text, onlyErrors],
  );
  const services = useServices(all);

  if (list === undefined) {
    return failure === undefined ? (
      <Notice title="Loading traces …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  if (list.rows.length === 0 && service === undefined) return <FirstSteps />;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Traces</h1>
      <TracesToolbar services={services} shown={rows.length} loaded={list.rows.length} />
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      <TraceTable
        key={rowPx}
        rowPx={rowPx}
        rows={rows}
        arrivals={list.arrivals}
        isComplete={list.isComplete}
        isLoadingOlder={isLoadingOlder}
        loadOlder={loadOlder}
      />
    </main>
  );
}
