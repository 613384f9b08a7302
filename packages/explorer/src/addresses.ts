// What of each page's state stands in its address. Read leniently: anybody can type one, and a page understands what it
// can of it.
import type { ColourBy } from "./theme/palette.ts";
import { isSort, type Sort } from "./traces/sort.ts";

/** `/?q=checkout&service=api&errors=1&last=1h` or `&from=…&to=…` */
export interface TracesSearch extends TimeSearch {
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly errors?: "1" | undefined;
  /** How long the root took, as of time-range/heat.ts. */
  readonly took?: string | undefined;
  /** By time, without it. */
  readonly sort?: Sort | undefined;
}

/** `/logs?q=declined&levels=warn.error&service=api&last=1h&open=<event id>` */
export interface LogsSearch extends TimeSearch {
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly levels?: string | undefined;
  /** Id of the log that is open. */
  readonly open?: string | undefined;
}

/** `/query?query={"show":[…]}&last=1h`, as of query-page/query.ts */
export interface QuerySearch extends TimeSearch {
  readonly query?: string | undefined;
}

/** A stretch of time: the last so much of it (`15m`), or from one moment to another, in ms since 1970. */
export interface TimeSearch {
  readonly last?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** `/traces/<id>?span=<key>&view=logs&colour=service&path=1&range=1200-88000&find=kv&fold=all` */
export interface TraceSearch {
  readonly span?: string | undefined;
  readonly view?: TraceViewName | undefined;
  readonly colour?: Exclude<ColourBy, "product"> | undefined;
  /** Id of the trace that this one is compared with. */
  readonly with?: string | undefined;
  /** The critical path is shown. */
  readonly path?: "1" | undefined;
  /** What the time axis shows, as of trace/view-range.ts; the whole trace without it. */
  readonly range?: string | undefined;
  readonly find?: string | undefined;
  /** What is folded, as of trace/fold-text.ts. */
  readonly fold?: string | undefined;
  /** Parts of the span panel that are not as they are at first, such as `resource.ids`. */
  readonly sections?: string | undefined;
  /** Key of the log that the span panel points to. */
  readonly log?: string | undefined;
  /** What the trace's logs are filtered by, as of trace/filter-logs.ts. */
  readonly q?: string | undefined;
  readonly levels?: string | undefined;
}

/** The waterfall is what there is without a name. */
const VIEW_NAMES = ["insights", "logs", "flame", "statistics", "compare", "raw"] as const;
export type TraceViewName = (typeof VIEW_NAMES)[number];
const isViewName = (value: unknown): value is TraceViewName => VIEW_NAMES.some((name) => name === value);

type Typed = Record<string, unknown>;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Undefined for those that say nothing: what is left out here would come as it was typed. */
const texts = <Name extends string>(search: Typed, ...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, isText(search[name]) ? search[name] : undefined])) as {
    [name in Name]: string | undefined;
  };

const flag = (value: unknown): "1" | undefined => (value === "1" ? value : undefined);

export const tracesSearch = (search: Typed): TracesSearch => ({
  ...texts(search, "q", "service", "took", "last", "from", "to"),
  errors: flag(search.errors),
  sort: isSort(search.sort) ? search.sort : undefined,
});

export const logsSearch = (search: Typed): LogsSearch =>
  texts(search, "q", "service", "levels", "open", "last", "from", "to");

export const querySearch = (search: Typed): QuerySearch => texts(search, "query", "last", "from", "to");

export const timeSearch = (search: Typed): TimeSearch => texts(search, "last", "from", "to");

export const traceSearch = (search: Typed): TraceSearch => ({
  ...texts(search, "span", "with", "range", "find", "fold", "sections", "log", "q", "levels"),
  view: isViewName(search.view) ? search.view : undefined,
  colour: search.colour === "service" ? search.colour : undefined,
  path: flag(search.path),
});

/** Parameters are text: the router's own parser would read a span id of digits as a number. */
export const parseSearch = (search: string): Typed => Object.fromEntries(new URLSearchParams(search));

export function stringifySearch(search: Typed): string {
  const set = Object.entries(search).filter((entry): entry is [string, string] => isText(entry[1]));
  const text = new URLSearchParams(set).toString();
  return text === "" ? "" : `?${text}`;
}
