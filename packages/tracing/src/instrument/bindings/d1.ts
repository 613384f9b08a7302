// D1 databases and their sessions: prepared statements' all, run, first, raw, and batch and exec. Names, keys and
// values follow the runtime's own spans; SQL is recorded without the values bound to it. Statements are many and of one
// class, whose methods are replaced once; each statement is remembered.
import type { Runtime } from "../../runtime.ts";
import type { Instrumentations } from "../env.ts";
import { flatten, pick } from "../fields.ts";
import {
  errorName,
  instrumentOnce,
  type OperationAttributes,
  seeResults,
  traceMethod,
} from "../operation.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;

interface Statement {
  bind: Method;
  all: Method;
  run: Method;
  first: Method;
  raw: Method;
}

/** The part of a database that is wrapped. */
export interface D1Database {
  prepare: Method;
  batch: Method;
  exec: Method;
  withSession?: Method;
}

/** What `withSession` returns. */
interface D1Session {
  prepare: Method;
  batch: Method;
  getBookmark: () => string | null;
}

/** What a database or a session is to the statements that it prepares. */
interface Source {
  bindingName: string;
  bookmark: () => string | null;
}

interface Prepared {
  query: unknown;
  source: Source;
}

type Meta = Record<string, unknown> & { timings?: { sql_duration_ms?: number } };

const STATEMENT_METHODS = ["all", "run", "first", "raw"] as const;

/** What is told of a result. */
const META =
  "size_after rows_read rows_written last_row_id changed_db changes served_by_region served_by_colo served_by_primary sql_duration_ms total_attempts";

export const d1: Instrumentations = { D1Database: instrumentD1 };

/** Of each statement, bound or not. */
const prepared = new WeakMap<object, Prepared>();

export function instrumentD1(runtime: Runtime, database: D1Database, bindingName: string): void {
  const source: Source = { bindingName, bookmark: () => null };
  instrumentSource(runtime, database, source);

  traceMethod(runtime, database, "exec", ([query]) => ({
    name: "d1_exec",
    attributes() {
      return common("exec", query, bindingName);
    },
    errorType: execErrorType,
  }));

  seeResults(database, "withSession", (session: D1Session) =>
    instrumentSource(runtime, session, { bindingName, bookmark: () => session.getBookmark() }),
  );
}

/** What databases and sessions have in common. */
function instrumentSource(
  runtime: Runtime,
  target: { prepare: Method; batch: Method },
  source: Source,
): void {
  seeResults(target, "prepare", (statement: Statement, [query]) =>
    remember(runtime, statement, { query, source }),
  );

  const { bindingName, bookmark } = source;
  traceMethod(runtime, target, "batch", ([statements]) => ({
    name: "d1_batch",
    attributes() {
      const batch = statements as object[];
      const query = batch.map((statement) => prepared.get(statement)?.query ?? "").join("\n");
      return {
        ...common("batch", query, bindingName),
        "db.operation.batch.size": batch.length,
        "cloudflare.d1.query.bookmark": bookmark(),
      };
    },
    resultAttributes(value) {
      return response(bookmark(), mergeMeta((value as { meta: Meta }[]).map(({ meta }) => meta)));
    },
    errorType: causeMessage,
  }));
}

function remember(runtime: Runtime, statement: Statement, known: Prepared): void {
  prepared.set(statement, known);
  const instrument = (owner: Statement) => instrumentStatements(runtime, owner);
  // A test's fake has its methods itself.
  if (Object.hasOwn(statement, "bind")) instrument(statement);
  else instrumentOnce(statement, instrument);
}

function instrumentStatements(runtime: Runtime, owner: Statement): void {
  seeResults(owner, "bind", (bound: Statement, _, statement) => {
    const known = prepared.get(statement);
    if (known !== undefined) remember(runtime, bound, known);
  });
  for (const method of STATEMENT_METHODS) {
    traceMethod(runtime, owner, method, (_, statement) => {
      const known = prepared.get(statement as object);
      if (known === undefined) return undefined;
      const { bindingName, bookmark } = known.source;
      return {
        // The runtime names raw so; the operation's name tells it apart.
        name: `d1_${method === "raw" ? "all" : method}`,
        attributes() {
          return {
            ...common(method, known.query, bindingName),
            "cloudflare.d1.query.bookmark": bookmark(),
          };
        },
        resultAttributes(value) {
          return response(bookmark(), (value as { meta?: Meta } | null)?.meta);
        },
        errorType: causeMessage,
      };
    });
  }
}

function common(operation: string, query: unknown, bindingName: string): OperationAttributes {
  return {
    "db.system.name": "cloudflare-d1",
    "db.operation.name": operation,
    "db.query.text": String(query),
    "cloudflare.binding.type": "D1",
    "cloudflare.binding.name": bindingName,
  };
}

/** Only some results carry `meta`: `first` and `raw` hand out rows alone. */
function response(bookmark: string | null, meta: Meta | null | undefined): OperationAttributes {
  const sql_duration_ms = meta?.timings?.sql_duration_ms ?? meta?.sql_duration_ms;
  return flatten("cloudflare.d1", { response: { bookmark, ...pick({ ...meta, sql_duration_ms }, META) } });
}

/** One `meta` for all statements of a batch: counts add up, states are the last statement's. */
function mergeMeta(metas: Meta[]): Meta | undefined {
  const last = metas.at(-1);
  if (last === undefined) return undefined;
  const sum = (key: string) => metas.reduce((total, meta) => total + Number(meta[key] ?? 0), 0);
  const lastOf = (key: string) => metas.findLast((meta) => meta[key])?.[key];
  const sqlDurationMs = metas.reduce((total, meta) => total + (meta.timings?.sql_duration_ms ?? 0), 0);
  return {
    size_after: last.size_after ?? 0,
    rows_read: sum("rows_read"),
    rows_written: sum("rows_written"),
    last_row_id: last.last_row_id ?? 0,
    changed_db: metas.some((meta) => meta.changed_db),
    changes: sum("changes"),
    served_by_region: lastOf("served_by_region"),
    served_by_colo: lastOf("served_by_colo"),
    served_by_primary: lastOf("served_by_primary"),
    sql_duration_ms: sqlDurationMs || undefined,
    total_attempts: sum("total_attempts") || undefined,
  };
}

/** D1 throws `D1_ERROR: what went wrong`, with what went wrong as the cause. */
function causeMessage(error: unknown): string {
  const { cause } = error as { cause?: { message?: unknown } };
  return String(cause?.message ?? errorName(error));
}

/** `Error in line 1`, without the statement and its message. */
function execErrorType(error: unknown): string {
  const message = causeMessage(error);
  return /^Error in line \d+/.exec(message)?.[0] ?? message;
}
