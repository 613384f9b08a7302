// The six queries of the measure, as a client asks them over HTTP, with their goals. Each knows what a right answer
// holds, so that a fast wrong one does not count.
import { COMMON, DAY, NEEDLE, RARE, SPANS_PER_TRACE, traceIdOf } from "./dataset.ts";

export interface Question {
  name: string;
  /** Milliseconds at most, 95 of 100 times, when nothing else runs. */
  goalMs: number;
  /** Whether an order or an index can serve it, so that it must grow less than the data. */
  served: boolean;
  /** Rejects when the answer is not right. */
  ask(base: string, run: number): Promise<void>;
}

const LIMIT = 100;
const TELEMETRY = "/client/v4/accounts/any/workers/observability/telemetry/query";

const equals = ({ key, value }: { key: string; value: string }) => ({
  key,
  operation: "eq",
  type: "string",
  value,
});
const percentile = (operator: string) => ({ operator, key: "$metadata.duration", keyType: "number" });

/** For `traces` stored traces. */
export const questionsOf = (traces: number): Question[] => [
  {
    name: "newest 100 traces",
    goalMs: 40,
    served: true,
    ask: async (base) =>
      expect("traces", (await get<Traces>(base, `/api/traces?limit=${LIMIT}`)).traces, LIMIT),
  },
  {
    name: "one trace by id",
    goalMs: 25,
    served: true,
    async ask(base, run) {
      const id = traceIdOf((run * 7919) % traces);
      expect("spans", (await get<{ spans: unknown[] }>(base, `/api/traces/${id}`)).spans, SPANS_PER_TRACE);
    },
  },
  {
    name: "attribute, common value, newest 100",
    goalMs: 80,
    served: true,
    ask: async (base) =>
      expect("traces", (await query<Traces>(base, "traces", { filters: [equals(COMMON)] })).traces, LIMIT),
  },
  {
    name: "attribute, rare value, newest 100",
    goalMs: 250,
    served: true,
    ask: async (base) =>
      expect("traces", (await query<Traces>(base, "traces", { filters: [equals(RARE)] })).traces, 1),
  },
  {
    name: "p50, p95, p99 by name, 60 buckets",
    goalMs: 300,
    served: false,
    async ask(base) {
      const { calculations } = await query<{ calculations: Array<{ series: unknown[] }> }>(
        base,
        "calculations",
        {
          calculations: ["median", "p95", "p99"].map(percentile),
          groupBys: [{ type: "string", value: "$metadata.spanName" }],
          filters: [equals({ key: "$metadata.type", value: "cf-worker-span" })],
        },
        { granularity: 60, chartType: "timeseries" },
      );
      expect("buckets", calculations[2]?.series ?? [], 60);
    },
  },
  {
    name: "substring over all logs, newest 100",
    goalMs: 300,
    served: false,
    async ask(base) {
      const { events } = await query<{ events: { events: unknown[] } }>(base, "events", {
        needle: { value: NEEDLE },
        filters: [equals({ key: "$metadata.type", value: "cf-worker-log" })],
      });
      expect("logs", events.events, 1);
    },
  },
];

/** A statement that reads nothing. */
export async function askNothing(base: string): Promise<void> {
  const { rows } = await post<{ rows: unknown[] }>(`${base}/api/sql`, { sql: "SELECT 1" });
  expect("rows", rows, 1);
}

interface Traces {
  traces: unknown[];
}

function expect(what: string, found: unknown[], atLeast: number): void {
  if (found.length < atLeast) throw new Error(`${found.length} ${what} were found, not ${atLeast}`);
}

async function get<Answer>(base: string, path: string): Promise<Answer> {
  return bodyOf(await fetch(base + path));
}

async function query<Result>(
  base: string,
  view: string,
  parameters: object,
  more: object = {},
): Promise<Result> {
  const asked = { queryId: "bench", view, timeframe: DAY, limit: LIMIT, parameters, ...more };
  return (await post<{ result: Result }>(base + TELEMETRY, asked)).result;
}

async function post<Answer>(url: string, asked: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return bodyOf(await fetch(url, { method: "POST", headers, body: JSON.stringify(asked) }));
}

async function bodyOf<Body>(answer: Response): Promise<Body> {
  if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Body;
}
