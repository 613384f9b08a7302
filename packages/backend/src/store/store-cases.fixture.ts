// What the parts of store.case.ts share: the store under test, a whole trace of it, and filters that pass everything or one
// condition.

import { ALL_TIME, type Condition, type EventFilter } from "./filter.ts";
import type { Store } from "./store.ts";

/** A fresh store for each test. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens its directory again; `store` is the new one afterwards. */
  reopen(): Promise<void>;
}

/** The trace with its spans and logs as lists. */
export async function traceIn(store: Store, traceId: string) {
  const trace = await store.getTrace(traceId);
  return trace && { ...trace, spans: [...trace.spans], logs: [...trace.logs] };
}

export { EVERYTHING as everything } from "./filter.ts";

export const where = (...conditions: Condition[]): EventFilter => ({
  ...ALL_TIME,
  conditions: { combine: "all", conditions },
});
