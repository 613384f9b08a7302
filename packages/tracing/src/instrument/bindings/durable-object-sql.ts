// SQL on the storage of Durable Objects. A query's span ends when `exec` returns, and again with each read of its cursor:
// only who has read to the end knows all rows. What is bound to a query is counted, never recorded.
import type { Invocation } from "../../invocation.ts";
import type { Runtime } from "../../runtime.ts";
import { failSpan, indexOf, invocationOf, type Span } from "../../span.ts";
import { annotate, attempt, errorName, type OperationAttributes, shadow, traceMethod } from "../operation.ts";
import { DURABLE_OBJECT, instrumentOnce, ownerOf, storageOperation } from "./durable-object-operation.ts";

/** The part of an object's SQL that is wrapped. */
export interface SqlStorage {
  exec: (this: unknown, ...args: unknown[]) => Cursor;
  /** Only with experimental flags. */
  ingest?: unknown;
  readonly databaseSize: number;
}

type Read = (this: object) => unknown;
type Iterate = (this: object) => Rows;

interface Rows {
  next: Read;
}

interface Cursor extends Rows {
  toArray: Read;
  one: Read;
  raw: Iterate;
  [Symbol.iterator]: Iterate;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** A query whose rows are read. */
interface Query {
  invocation: Invocation;
  span: Span;
  cursor: Cursor;
  /** Of the number of rows read, and of those written, among the attributes. */
  places: [read: number, written: number];
}

const RESPONSE = `${DURABLE_OBJECT}.response`;
const ROWS_READ = `${RESPONSE}.rows_read`;
const ROWS_WRITTEN = `${RESPONSE}.rows_written`;

/** By cursor, and by what iterates it. */
const queries = new WeakMap<object, Query>();

export function instrumentSql(runtime: Runtime, prototype: SqlStorage): void {
  const { exec } = prototype;
  traceMethod(runtime, prototype, "exec", (args, self) => {
    const [text, ...bound] = args;
    const isRefused = text === undefined || args.some((arg) => typeof arg === "symbol");
    if (isRefused || ownerOf(self) === undefined) return undefined;
    return storageOperation(self, "exec", {
      attributes: () => ({
        "db.query.text": String(text),
        [`${DURABLE_OBJECT}.query.bindings`]: bound.length,
      }),
      instead(span) {
        const cursor = exec.apply(self, args);
        attempt(() => follow(span, cursor));
        return cursor;
      },
    });
  });
  traceMethod(runtime, prototype, "ingest", (_, self) =>
    storageOperation(self, "ingest", { resultAttributes: rowAttributes }),
  );
  const size = Object.getOwnPropertyDescriptor(prototype, "databaseSize");
  if (size?.get === undefined) return;
  const getters = { getDatabaseSize: size.get };
  traceMethod(runtime, getters, "getDatabaseSize", (_, self) =>
    storageOperation(self, "getDatabaseSize", {
      resultAttributes: (bytes) => ({ [`${RESPONSE}.db_size`]: bytes as number }),
    }),
  );
  Object.defineProperty(prototype, "databaseSize", { get: getters.getDatabaseSize });
}

function follow(span: Span, cursor: Cursor): void {
  const invocation = invocationOf(span) as Invocation;
  const set = (key: string, value: number) => invocation.spans.setAttribute(indexOf(span), key, value);
  const places: Query["places"] = [set(ROWS_READ, cursor.rowsRead), set(ROWS_WRITTEN, cursor.rowsWritten)];
  queries.set(cursor, { invocation, span, cursor, places });
  instrumentOnce(cursor, (prototype) => {
    for (const method of ["next", "toArray", "one"] as const) followRead(prototype, method);
    for (const method of ["raw", Symbol.iterator] as const) followIteration(prototype, method);
  });
}

function followIteration(prototype: Cursor, method: "raw" | typeof Symbol.iterator): void {
  shadow(
    prototype,
    method,
    (iterate) =>
      function (this: object) {
        const rows = iterate.call(this);
        const query = queries.get(this);
        if (query !== undefined) {
          queries.set(rows, query);
          instrumentOnce(rows, (its) => followRead(its, "next"));
        }
        return rows;
      },
  );
}

function followRead<M extends string>(prototype: Record<M, Read>, method: M): void {
  shadow(
    prototype,
    method,
    (read) =>
      function (this: object) {
        const query = queries.get(this);
        if (query === undefined || query.invocation.ended) return read.call(this);
        try {
          return read.call(this);
        } catch (error) {
          attempt(() => fail(query, error));
          throw error;
        } finally {
          attempt(() => update(query));
        }
      },
  );
}

function fail({ invocation, span }: Query, error: unknown): void {
  invocation.spans.reopen(indexOf(span));
  annotate(span, () => ({ "error.type": errorName(error) }));
  failSpan(span, error);
}

function update({ invocation, span, cursor, places: [read, written] }: Query): void {
  invocation.spans.revise(read, cursor.rowsRead);
  invocation.spans.revise(written, cursor.rowsWritten);
  invocation.spans.close(indexOf(span), invocation.now());
}

function rowAttributes(result: unknown): OperationAttributes {
  const { rowsRead, rowsWritten, statementCount } = result as Record<string, number>;
  return {
    [ROWS_READ]: rowsRead,
    [ROWS_WRITTEN]: rowsWritten,
    [`${RESPONSE}.statement_count`]: statementCount,
  };
}
