// Statements that users write themselves. An engine runs them over views of its own making, whose columns are described
// in docs/sql.md, and lets them read nothing else.

export type SqlValue = string | number | boolean | null;

export interface SqlQuery {
  sql: string;
  /** For `?` and `$1` in order, or for `$name` by name. */
  params: readonly SqlValue[] | { readonly [name: string]: SqlValue };
  /** Rows to return at most. */
  limit: number;
}

/** Integers beyond 2^53, decimals, times and infinities are text; maps are objects, bytes base64. */
export type SqlJson = SqlValue | SqlJson[] | { [key: string]: SqlJson };

export interface SqlResult {
  columns: Array<{ name: string; type: string }>;
  rows: SqlJson[][];
  /** Whether there were more rows than `limit`, or than an answer holds. */
  truncated: boolean;
}

export interface SqlStore {
  /**
   * Runs one SELECT.
   *
   * @throws StoreQueryError: `invalid_sql` for a statement that is not one, or may not be run; `sql_limit` for one that
   * takes too long or too much memory. StoreUnavailableError when others are waiting already.
   */
  sql(query: SqlQuery): Promise<SqlResult>;
}
