// The page's addresses. Whatever a reader can set is in the address, so that it can be sent to someone else. The
// list and the waterfall are in one file; other pages, and the other views of a trace, are fetched when they are opened.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import {
  logsSearch,
  parseSearch,
  stringifySearch,
  timeSearch,
  traceSearch,
  tracesSearch,
} from "./addresses.ts";
import { asFailure } from "./api/failure.ts";
import { NotFound } from "./shell/not-found.tsx";
import { FailureNotice } from "./shell/notice.tsx";
import { Shell } from "./shell/shell.tsx";
import { TracePage } from "./trace-page/trace-page.tsx";
import { TracesPage } from "./traces/traces-page.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const traces = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: TracesPage,
  validateSearch: tracesSearch,
});

const trace = createRoute({
  getParentRoute: () => root,
  path: "/traces/$traceId",
  component: TracePage,
  validateSearch: traceSearch,
});

const logs = createRoute({
  getParentRoute: () => root,
  path: "/logs",
  component: lazyRouteComponent(() => import("./logs-page/logs-page.tsx")),
  validateSearch: logsSearch,
});

const map = createRoute({
  getParentRoute: () => root,
  path: "/map",
  component: lazyRouteComponent(() => import("./service-map/map-page.tsx")),
  validateSearch: timeSearch,
});

export const router = createRouter({
  routeTree: root.addChildren([traces, trace, logs, map]),
  defaultErrorComponent: ({ error, reset }) => <FailureNotice failure={asFailure(error)} retry={reset} />,
  parseSearch,
  stringifySearch,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
