// DuckDB as it fails: a statement that everything else depends on.

import { DuckDBConnection } from "@duckdb/node-api";
import { onTestFinished, vi } from "vitest";

/** The next such statement fails with this message, after which everything works again. */
export function failNext(statement: "COMMIT" | "CHECKPOINT", message: string): void {
  const run = DuckDBConnection.prototype.run;
  const spy = vi.spyOn(DuckDBConnection.prototype, "run").mockImplementation(function (
    this: DuckDBConnection,
    ...args
  ) {
    if (args[0] !== statement) return run.apply(this, args);
    spy.mockRestore();
    return Promise.reject(new Error(message));
  });
  onTestFinished(() => spy.mockRestore());
}
