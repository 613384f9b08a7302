// The page's addresses. Whatever a reader can set is in the address, so that it can be sent to someone else. The
// list and the waterfall are in one file; the other views of a trace are fetched when they are opened.
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { asFailure } from "./api/failure.ts";
import { NotFound } from "./shell/not-found.tsx";
import { FailureNotice } from "./shell/notice.tsx";
import { Shell } from "./shell/shell.tsx";
import type { ColourBy } from "./theme/palette.ts";
import { TracePage } from "./trace-page/trace-page.tsx";
import { TracesPage } from "./traces/traces-page.tsx";

/** `/?q=checkout&service=api&errors=1` */
export interface TracesSearch {
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly errors?: "1" | undefined;
}

/** `/traces/<id>?span=<key>&view=logs&colour=service&path=1` */
export interface TraceSearch {
  readonly span?: string | undefined;
  readonly view?: TraceViewName | undefined;
  readonly colour?: Exclude<ColourBy, "product"> | undefined;
  /** Id of the trace that this one is compared with. */
  readonly with?: string | undefined;
  /** The critical path is shown. */
  readonly path?: "1" | undefined;
}

/** The waterfall is what there is without a name. */
const VIEW_NAMES = ["insights", "logs", "flame", "statistics", "compare", "raw"] as const;
export type TraceViewName = (typeof VIEW_NAMES)[number];
const isViewName = (value: unknown): value is TraceViewName => VIEW_NAMES.some((name) => name === value);

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const traces = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: TracesPage,
  validateSearch: (search: Record<string, unknown>): TracesSearch => ({
    ...(isText(search.q) && { q: search.q }),
    ...(isText(search.service) && { service: search.service }),
    ...(search.errors === "1" && { errors: "1" }),
  }),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: "/traces/$traceId",
  component: TracePage,
  validateSearch: (search: Record<string, unknown>): TraceSearch => ({
    ...(isText(search.span) && { span: search.span }),
    ...(isViewName(search.view) && { view: search.view }),
    ...(search.colour === "service" && { colour: "service" }),
    ...(search.path === "1" && { path: "1" }),
    ...(isText(search.with) && { with: search.with }),
  }),
});

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

export const router = createRouter({
  routeTree: root.addChildren([traces, trace]),
  defaultErrorComponent: ({ error, reset }) => <FailureNotice failure={asFailure(error)} retry={reset} />,
  // Parameters are text: the router's own parser would read a span id of digits as a number.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).filter(([, value]) => isText(value))).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
