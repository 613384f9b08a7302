// DuckDB against the contract of all stores, and what only this engine can meet: an instance that dies.

import { DuckDBConnection } from "@duckdb/node-api";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryDirectory } from "../../backend.fixture.ts";
import { newSpan, request } from "../../records.fixture.ts";
import { storeContract } from "../store.case.ts";
import { StoreUnavailableError } from "../store.ts";
import { DuckDbStore } from "./duckdb-store.ts";

storeContract("DuckDB", (directory) => DuckDbStore.open(directory));

/** The next COMMIT fails with this message, after which everything works again. */
function failNextCommit(message: string): void {
  const run = DuckDBConnection.prototype.run;
  const spy = vi.spyOn(DuckDBConnection.prototype, "run").mockImplementation(function (
    this: DuckDBConnection,
    ...args
  ) {
    if (args[0] !== "COMMIT") return run.apply(this, args);
    spy.mockRestore();
    return Promise.reject(new Error(message));
  });
  onTestFinished(() => spy.mockRestore());
}

test.each([
  ["a full disk", "TransactionContext Error: Failed to commit: No space left on device"],
  ["a dead instance", "FATAL Error: database has been invalidated because of a previous fatal error"],
])("after %s nothing acknowledged is lost and writing goes on", async (_, message) => {
  const store = await DuckDbStore.open(temporaryDirectory());
  onTestFinished(() => store.close());
  const [before, during] = [newSpan(), newSpan()];
  await store.write([request({ spans: [before] })]);
  failNextCommit(message);
  await expect(store.write([request({ spans: [during] })])).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await store.getTrace(before.traceId)).toBeDefined();
  expect(await store.getTrace(during.traceId)).toBeUndefined();
  expect(await store.write([request({ spans: [before, during] })])).toMatchObject({ spans: 1 });
  expect(await store.getTrace(during.traceId)).toBeDefined();
});
