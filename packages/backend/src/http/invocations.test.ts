// The views `invocations`, `requests` and `agents`, through Cloudflare's own client.

import { encodeLogsJson, encodeTracesJson, type Span } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { beforeEach, describe, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import {
  attributesOf,
  EPOCH,
  logs,
  MILLI,
  newLog,
  newSpan,
  newSpanId,
  newTraceId,
  traces,
} from "../records.fixture.ts";

type QueryParams = Cloudflare.Workers.Observability.TelemetryQueryParams;
type Filters = NonNullable<NonNullable<QueryParams["parameters"]>["filters"]>;

const NOW = Number(EPOCH / MILLI);
const timeframe = { from: NOW - 1000, to: NOW + 1000 };

let backend: Backend;
let client: Cloudflare;
beforeEach(async () => {
  backend = await startedBackend();
  client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
});

const query = (params: Partial<QueryParams>) =>
  client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "adhoc",
    timeframe,
    parameters: {},
    ...params,
  });

const send = (spans: Span[]) => post(backend, "/v1/traces", encodeTracesJson(traces(spans)));
const filter = (key: string, value: string): Filters[number] => ({
  key,
  operation: "eq",
  type: "string",
  value,
});

/** A root span, a child that begins 5 ms later and lasts until `endMs`, and a log at the end. */
async function invoke(
  id: string,
  handler: string,
  atMs: number,
  endMs: number,
  names = ["work"],
): Promise<void> {
  const traceId = newTraceId();
  const root = newSpanId();
  const at = (ms: number) => EPOCH + BigInt(ms) * MILLI;
  const common = { "faas.invocation_id": id, "cloudflare.script_name": "shop" };
  await send([
    newSpan({
      traceId,
      spanId: root,
      name: handler,
      startTimeUnixNano: at(atMs),
      endTimeUnixNano: at(endMs),
      attributes: attributesOf({ ...common, "cloudflare.handler_type": handler }),
    }),
    ...names.map((name, place) =>
      newSpan({
        traceId,
        parentSpanId: root,
        name,
        startTimeUnixNano: at(atMs + 5) + BigInt(place),
        attributes: attributesOf(common),
      }),
    ),
  ]);
  const log = newLog({ traceId, spanId: root, timeUnixNano: at(endMs), attributes: attributesOf(common) });
  await post(backend, "/v1/logs", encodeLogsJson(logs([log])));
}

describe("invocations", () => {
  const idsOf = async (params: Partial<QueryParams> = {}) =>
    Object.keys((await query({ view: "invocations", ...params })).invocations ?? {});

  beforeEach(async () => {
    await invoke("a", "fetch", 0, 100);
    await invoke("b", "queue", 10, 50, ["work", "retry"]);
    await invoke("c", "fetch", 20, 30);
    await send([newSpan({ name: "of no invocation" })]);
  });

  test("are all their events by request id, the one with the newest event first", async () => {
    const { invocations, statistics } = await query({ view: "invocations" });
    expect(Object.keys(invocations ?? {})).toEqual(["a", "b", "c"]);
    const events = invocations?.b ?? [];
    expect(events.map(({ $metadata }) => $metadata.spanName ?? "log")).toEqual([
      "log",
      "retry",
      "work",
      "queue",
    ]);
    expect(events.at(-1)).toMatchObject({
      dataset: "cloudflare-workers",
      $metadata: { requestId: "b" },
      $workers: { requestId: "b", eventType: "queue", scriptName: "shop" },
    });
    expect(statistics.rows_read).toBe(11);
  });

  test("match when one of their events does, and come whole, also from outside the time range", async () => {
    const parameters = { filters: [filter("$metadata.spanName", "retry")] };
    const { invocations } = await query({ view: "invocations", parameters });
    expect(Object.entries(invocations ?? {}).map(([id, events]) => [id, events.length])).toEqual([["b", 4]]);
    const late = await query({ view: "invocations", timeframe: { from: NOW + 90, to: NOW + 110 } });
    expect(late.invocations?.a).toHaveLength(3);
    expect(Object.keys(late.invocations ?? {})).toEqual(["a"]);
    expect(await idsOf({ parameters: { datasets: ["otel"] } })).toEqual([]);
    expect(await idsOf({ parameters: { needle: { value: "RETRY" } } })).toEqual(["b"]);
  });

  test("come page by page, by the id of any event of the last", async () => {
    const first = await query({ view: "invocations", limit: 1 });
    expect(Object.keys(first.invocations ?? {})).toEqual(["a"]);
    for (const { $metadata } of first.invocations?.a ?? []) {
      expect(await idsOf({ limit: 1, offset: $metadata.id })).toEqual(["b"]);
      expect(await idsOf({ limit: 5, offset: $metadata.id })).toEqual(["b", "c"]);
    }
    const last = await query({
      view: "invocations",
      parameters: { filters: [filter("$metadata.requestId", "c")] },
    });
    expect(await idsOf({ offset: last.invocations?.c?.[0]?.$metadata.id ?? "" })).toEqual([]);
  });

  test("are found behind thousands of events of others", async () => {
    const names = Array.from({ length: 2500 }, (_, at) => `n${at}`);
    await invoke("large", "fetch", 200, 300, names);
    expect(await idsOf({ limit: 2 })).toEqual(["large", "a"]);
    const { invocations } = await query({ view: "invocations", limit: 1 });
    expect(invocations?.large).toHaveLength(2502);
  });

  test("that handled HTTP are requests", async () => {
    expect(await idsOf({ view: "requests" })).toEqual(["a", "c"]);
    expect(
      await idsOf({ view: "requests", parameters: { filters: [filter("$metadata.spanName", "retry")] } }),
    ).toEqual([]);
    expect(
      await idsOf({ view: "requests", parameters: { filters: [filter("$metadata.spanName", "work")] } }),
    ).toEqual(["c", "a"]);
  });
});

describe("agents", () => {
  const chat = (fields: Partial<Span>, attributes: Record<string, string | number> = {}) =>
    newSpan({
      name: "chat",
      ...fields,
      attributes: attributesOf({
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "large-1",
        "gen_ai.provider.name": "acme",
        ...attributes,
      }),
    });
  const agent = (fields: Partial<Span>, attributes: Record<string, string>) =>
    newSpan({
      name: "invoke_agent",
      ...fields,
      attributes: attributesOf({ "gen_ai.operation.name": "invoke_agent", ...attributes }),
    });
  const [planner, broken] = [newTraceId(), newTraceId()];

  beforeEach(async () => {
    await send([
      agent({ traceId: planner }, { "gen_ai.agent.name": "planner", "gen_ai.conversation.id": "c1" }),
      agent(
        { traceId: planner, startTimeUnixNano: EPOCH + MILLI },
        { "gen_ai.agent.name": "helper", "gen_ai.agent.id": "h" },
      ),
      chat(
        { traceId: planner, startTimeUnixNano: EPOCH + MILLI },
        { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 3 },
      ),
      chat(
        {
          traceId: planner,
          startTimeUnixNano: EPOCH + 2n * MILLI,
          endTimeUnixNano: EPOCH + 9n * MILLI,
          status: { code: 2, message: "rate limited" },
        },
        { "gen_ai.response.model": "large-1-0611", "gen_ai.usage.input_tokens": 5 },
      ),
    ]);
    const failed = { code: 2, message: "gave up" } as const;
    await send([agent({ traceId: broken, startTimeUnixNano: EPOCH + 20n * MILLI, status: failed }, {})]);
    await send([chat({ startTimeUnixNano: EPOCH + 30n * MILLI }), newSpan({ name: "no agent" })]);
  });

  test("are traces in which one was invoked, newest first", async () => {
    const { agents } = await query({ view: "agents" });
    expect(agents).toEqual([
      {
        id: broken,
        traceId: broken,
        status: "error",
        errors: ["gave up"],
        models: [],
        providers: [],
        services: ["shop"],
        spans: 1,
        traceDurationMs: 1,
        traceStartMs: NOW + 20,
        traceEndMs: NOW + 21,
      },
      {
        id: planner,
        traceId: planner,
        status: "completed",
        errors: ["rate limited"],
        models: ["large-1", "large-1-0611"],
        providers: ["acme"],
        services: ["shop"],
        spans: 4,
        traceDurationMs: 9,
        traceStartMs: NOW,
        traceEndMs: NOW + 9,
        agentId: "h",
        agentName: "planner",
        conversationId: "c1",
        inputTokens: 15,
        outputTokens: 3,
      },
    ]);
  });

  test("match when any event of the trace does, and come page by page", async () => {
    const found = async (params: Partial<QueryParams>) =>
      (await query({ view: "agents", ...params })).agents?.map(({ id }) => id);
    expect(await found({ limit: 1 })).toEqual([broken]);
    expect(await found({ limit: 1, offset: broken })).toEqual([planner]);
    expect(await found({ offset: planner })).toEqual([]);
    const filters = [filter("gen_ai.response.model", "large-1-0611")];
    expect(await found({ parameters: { filters } })).toEqual([planner]);
    expect(await found({ limit: 1, parameters: { filters } })).toEqual([planner]);
    expect(await found({ parameters: { needle: { value: "gave" } } })).toEqual([broken]);
    expect(await found({ timeframe: { from: NOW + 15, to: NOW + 40 } })).toEqual([broken]);
  });
});
