// SQL on the storage of Durable Objects. A query's span ends when `exec` returns, and again with each read of its cursor:
// only who has read to the end knows all rows. What is bound to a query is counted, never recorded.
import { attempt } from "../../attempt.ts";
import type { Invocation } from "../../invocation.ts";
import type { Runtime } from "../../runtime.ts";
import { failSpan, indexOf, invocationOf, type Span } from "../../span.ts";
import { annotate, errorName, instrumentOnce, shadow } from "../operation.ts";
import { DURABLE_OBJECT, pick, traceStorage } from "./durable-object-operation.ts";

/** The part of an object's SQL that is wrapped. */
export interface SqlStorage {
  exec: (this: unknown, ...args: unknown[]) => Cursor;
  /** Only with experimental flags. */
  ingest?: unknown;
  readonly databaseSize: number;
}

type Read = (this: object) => unknown;

interface Rows {
  next: Read;
}

interface Cursor extends Rows {
  toArray: Read;
  one: Read;
  raw: Read;
  [Symbol.iterator]: Read;
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

/** By cursor, and by what iterates it. */
const queries = new WeakMap<object, Query>();

export function instrumentSql(runtime: Runtime, prototype: SqlStorage): void {
  const { exec } = prototype;
  traceStorage(runtime, prototype, "exec", (args, self) => {
    const [text, ...bound] = args;
    if (args.length === 0 || args.some((arg) => typeof arg === "symbol")) return undefined;
    return {
      attributes() {
        return {
          "db.query.text": String(text),
          [`${DURABLE_OBJECT}.query.bindings`]: bound.length,
        };
      },
      instead(span) {
        const cursor = exec.apply(self, args);
        attempt(() => follow(span, cursor));
        return cursor;
      },
    };
  });
  traceStorage(runtime, prototype, "ingest", () => ({
    resultAttributes(result) {
      return pick("response", "rows_read rows_written statement_count", result);
    },
  }));
  const size = Object.getOwnPropertyDescriptor(prototype, "databaseSize");
  if (size?.get === undefined) return;
  const getters = { getDatabaseSize: size.get };
  traceStorage(runtime, getters, "getDatabaseSize", () => ({
    resultAttributes(bytes) {
      return { [`${DURABLE_OBJECT}.response.db_size`]: bytes as number };
    },
  }));
  Object.defineProperty(prototype, "databaseSize", { get: getters.getDatabaseSize });
}

function follow(span: Span, cursor: Cursor): void {
  const invocation = invocationOf(span) as Invocation;
  const set = (name: string, value: number) =>
    invocation.spans.setAttribute(indexOf(span), `${DURABLE_OBJECT}.response.${name}`, value);
  queries.set(cursor, {
    invocation,
    span,
    cursor,
    places: [set("rows_read", cursor.rowsRead), set("rows_written", cursor.rowsWritten)],
  });
  instrumentOnce(cursor, (prototype) => {
    for (const method of ["next", "toArray", "one", "raw", Symbol.iterator] as const) {
      followReads(prototype, method);
    }
  });
}

/** Of a cursor's method, or of `next` of what iterates one. */
function followReads<M extends keyof Cursor>(prototype: Record<M, Read>, method: M): void {
  shadow(
    prototype,
    method,
    (read) =>
      function (this: object) {
        const query = queries.get(this);
        // That of a constructor may have become an event's that is not sampled.
        if (!query?.invocation.sampled || query.invocation.ended) return read.call(this);
        try {
          const result = read.call(this);
          if (method === "raw" || method === Symbol.iterator) attempt(() => iterate(result as Rows, query));
          return result;
        } catch (error) {
          attempt(() => fail(query, error));
          throw error;
        } finally {
          attempt(() => update(query));
        }
      },
  );
}

function iterate(rows: Rows, query: Query): void {
  queries.set(rows, query);
  instrumentOnce(rows, (prototype) => followReads(prototype, "next"));
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
