// Pages of rows → the one list on the screen, of traces or of logs. Pages come in any order: the newest again and again,
// older ones as the reader scrolls.

export interface LiveList<Row> {
  /** Newest first. */
  readonly rows: readonly Row[];
  /** Ids of rows that came after the first page, and when, in ms of `Date.now()`; only of the last `ARRIVAL_MS`. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** A page of older rows came back short: there are none before the last. */
  readonly isComplete: boolean;
}

export interface Order<Row> {
  readonly idOf: (row: Row) => string;
  /** Negative where `a` stands above `b`. */
  readonly compare: (a: Row, b: Row) => number;
}

/** How long a row counts as just arrived. */
export const ARRIVAL_MS = 2_500;
/** Rows kept at most: a page left open over a load test must not grow for ever. */
const MAX_ROWS = 5_000;

/**
 * Puts a newest page in. Where the page is full and does not reach back to what is known, rows lie between that
 * nobody has asked for: the known ones are then dropped, so that the list never hides a gap.
 */
export function mergeNewest<Row>(
  order: Order<Row>,
  known: LiveList<Row> | undefined,
  page: readonly Row[],
  limit: number,
  nowMs: number,
): LiveList<Row> {
  const isWhole = page.length < limit;
  if (known === undefined) {
    return { rows: page.toSorted(order.compare), arrivals: new Map(), isComplete: isWhole };
  }
  const ids = new Set(known.rows.map(order.idOf));
  const arrivals = new Map([...known.arrivals].filter(([, at]) => nowMs - at < ARRIVAL_MS));
  for (const row of page) if (!ids.has(order.idOf(row))) arrivals.set(order.idOf(row), nowMs);
  const isGap = !isWhole && page.every((row) => !ids.has(order.idOf(row)));
  const rows = union(order, isWhole || isGap ? [] : known.rows, page);
  return { rows: rows.slice(0, MAX_ROWS), arrivals, isComplete: isWhole || (known.isComplete && !isGap) };
}

/** Puts a page of rows before the last known one in. */
export function mergeOlder<Row>(
  order: Order<Row>,
  known: LiveList<Row>,
  page: readonly Row[],
  limit: number,
): LiveList<Row> {
  const rows = union(order, known.rows, page);
  const isFull = rows.length >= MAX_ROWS;
  return {
    ...known,
    rows: rows.slice(0, MAX_ROWS),
    isComplete: page.length < limit || isFull || rows.length === known.rows.length,
  };
}

/** Where both have a row, the page's is the later one. */
function union<Row>({ idOf, compare }: Order<Row>, known: readonly Row[], page: readonly Row[]): Row[] {
  const byId = new Map(known.map((row) => [idOf(row), row]));
  for (const row of page) byId.set(idOf(row), row);
  return [...byId.values()].sort(compare);
}
