// Fills a data directory through the store, or finds it filled by a run before.
import { DuckDbStore } from "../../packages/backend/src/store/duckdb/duckdb-store.ts";
import { EVERYTHING } from "../../packages/backend/src/store/filter.ts";
import { requestOf, SPANS_PER_TRACE } from "./dataset.ts";

/** Together a transaction of full size. */
const TRACES_PER_REQUEST = 100;
const REQUESTS_PER_WRITE = 8;

/** Resolves with the seconds it took, 0 when everything was there. */
export async function load(dataDir: string, spans: number): Promise<number> {
  const total = Math.floor(spans / SPANS_PER_TRACE);
  const store = await DuckDbStore.open(dataDir);
  const started = performance.now();
  try {
    const { rows } = await store.measure(EVERYTHING);
    // Each trace has a log.
    if (rows === total * (SPANS_PER_TRACE + 1)) return 0;
    if (rows > 0) throw new Error(`${dataDir} holds other data, or half of it; give another directory`);
    for (let first = 0; first < total; first += TRACES_PER_REQUEST * REQUESTS_PER_WRITE) {
      const requests = [];
      for (let at = 0; at < REQUESTS_PER_WRITE; at++) {
        const begin = first + at * TRACES_PER_REQUEST;
        const count = Math.min(TRACES_PER_REQUEST, total - begin);
        if (count > 0) requests.push(requestOf(begin, count, total));
      }
      await store.write(requests);
    }
    return (performance.now() - started) / 1000;
  } finally {
    await store.close();
  }
}
