// How DuckDB lays out a table.

/**
 * Rows that DuckDB compresses and writes together. Where a transaction has exactly so many rows for a table they go straight
 * into the file at its commit; fewer go into the write-ahead log first, and into the file at a checkpoint.
 */
export const ROW_GROUP_ROWS = 122_880;
