// Appends rows to a table, in chunks of DuckDB's vector size, as a part of the connection's open transaction. Spans fill
// their chunks themselves (span-chunks.ts); logs, resources, scopes and keys come as objects, column by column.

import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";

/** DuckDB's vector size, the most a chunk can hold. */
const CHUNK_ROWS = 2048;

/** Columns are listed in the table's order. */
export interface Column<Row> {
  type: DuckDBType;
  of: (row: Row) => DuckDBValue;
}

export async function append<Row>(
  connection: DuckDBConnection,
  table: string,
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const types = columns.map((column) => column.type);
  await withAppender(connection, table, (appender) => {
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const slice = rows.slice(start, start + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, slice.length);
      columns.forEach((column, at) => {
        chunk.setColumnValues(at, slice.map(column.of));
      });
      appender.appendDataChunk(chunk);
    }
  });
}

/** Hands `fill` an appender and flushes what it has got, or nothing of it when either fails. */
export async function withAppender(
  connection: DuckDBConnection,
  table: string,
  fill: (appender: DuckDBAppender) => void | Promise<void>,
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    await fill(appender);
    appender.closeSync();
  } catch (error) {
    // What it still holds would be flushed when it is collected, into whatever transaction is open then.
    appender.clear();
    throw error;
  }
}
