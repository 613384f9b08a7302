// What every storage engine must do, as store.ts promises it. An engine's test calls this with how to open it; the same
// directory opened again must hold what was written. The cases are in the files beside this one.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "./store.ts";
import { aggregateCases } from "./store-aggregates.case.ts";
import type { OpenedStore } from "./store-cases.fixture.ts";
import { documentCases } from "./store-documents.case.ts";
import { eventCases } from "./store-events.case.ts";
import { exportCases } from "./store-export.case.ts";
import { filterCases } from "./store-filters.case.ts";
import { pruneCases } from "./store-prune.case.ts";
import { recordCases } from "./store-records.case.ts";
import { serviceCases } from "./store-services.case.ts";
import { traceSelectionCases } from "./store-trace-selection.case.ts";
import { traceCases } from "./store-traces.case.ts";

export function storeContract(engine: string, open: (directory: string) => Promise<Store>): void {
  describe(`${engine} as a store`, () => {
    let directory: string;
    let store: Store;
    const opened: OpenedStore = {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await open(directory);
      },
    };

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), "enterspan-store-"));
      store = await open(directory);
    });
    afterEach(async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    });

    recordCases(opened);
    traceCases(opened);
    traceSelectionCases(opened);
    eventCases(opened);
    filterCases(opened);
    aggregateCases(opened);
    documentCases(opened);
    exportCases(opened);
    pruneCases(opened);
    serviceCases(opened);
  });
}
