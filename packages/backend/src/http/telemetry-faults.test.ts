// What is wrong with a telemetry query is said in the API's envelope, with 400 and the place of the fault.

import { beforeEach, describe, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";

const timeframe = { from: 1, to: Date.now() };

let backend: Backend;
beforeEach(async () => {
  backend = await startedBackend();
});

describe("what is wrong with a query is said in the API's envelope", () => {
  const leaf = (over: object) => ({
    parameters: { filters: [{ key: "a", operation: "eq", type: "string", value: "x", ...over }] },
  });
  const calculating = (parameters: object) => ({ view: "calculations", parameters });
  const nested = (depth: number): object =>
    depth === 0
      ? { key: "a", operation: "exists", type: "string" }
      : { kind: "group", filterCombination: "and", filters: [nested(depth - 1)] };

  const group = (length: number) => ({
    kind: "group",
    filterCombination: "or",
    filters: Array.from({ length }, () => nested(0)),
  });

  test.each<[string, object, string]>([
    ["an unknown view", { view: "x" }, "view:"],
    ["a saved query", { parameters: undefined }, "no query is saved as"],
    [
      "a time range the wrong way round",
      { timeframe: { from: 2, to: 1 } },
      "timeframe: from must be earlier than to",
    ],
    ["no time range", { timeframe: undefined }, "timeframe"],
    ["an unknown operator", leaf({ operation: "like" }), "filters[0].operation"],
    ["a missing value", leaf({ value: undefined }), "filters[0].value: eq needs a value"],
    ["a value of another type", leaf({ type: "number" }), '"x" is not a number'],
    ["a bad regular expression", leaf({ operation: "regex", value: "(" }), "not valid RE2: missing )"],
    ["too deep groups", { parameters: { filters: [nested(5)] } }, "groups nest deeper than 4"],
    [
      "too many filters",
      { parameters: { filters: [group(100), group(99)] } },
      "filters: a query may have 200 filters and groups in all",
    ],
    [
      "too many values",
      {
        parameters: {
          filters: [1_500, 501].map((count) => ({
            key: "a",
            operation: "in",
            type: "string",
            value: Array.from({ length: count }, (_, index) => `v${index}`).join(","),
          })),
        },
      },
      "filters[1].value: the lists of a query may have 2,000 values in all",
    ],
    ["a bad cursor", { offset: "nonsense" }, "is not the $metadata.id of an event"],
    ["too large a limit", { limit: 5000 }, "limit"],
    ["no calculation", calculating({}), 'needs at least one, such as {"operator": "count"}'],
    [
      "an unknown calculation",
      calculating({ calculations: [{ operator: "p42", key: "a" }] }),
      "parameters.calculations.0.operator: is none of count, uniq",
    ],
    [
      "a calculation without its key",
      calculating({ calculations: [{ operator: "avg" }] }),
      "parameters.calculations[0].key: avg needs a key",
    ],
    [
      "an order by what is not calculated",
      calculating({ calculations: [{ operator: "count", alias: "n" }], orderBy: { value: "p99" } }),
      'parameters.orderBy.value: "p99" is no calculation\'s alias or operator; use one of n',
    ],
    [
      "a having of what is not calculated",
      calculating({
        calculations: [{ operator: "count" }],
        havings: [{ key: "x", operation: "gt", value: 1 }],
      }),
      'parameters.havings[0].key: "x" is no calculation',
    ],
    [
      "a distribution of nothing",
      { ...calculating({ calculations: [{ operator: "count" }] }), chartType: "distribution" },
      'parameters.calculations: "distribution" needs one with a key, such as {"operator": "median"',
    ],
    [
      "a distribution beside that of another period",
      {
        ...calculating({ calculations: [{ operator: "max", key: "a" }] }),
        chartType: "distribution",
        compare: true,
      },
      'chartType: "distribution" cannot be combined with compare',
    ],
    [
      "a cursor of no invocation",
      { view: "invocations", offset: `1-log-${"a".repeat(32)}-0` },
      "is not the $metadata.id of an invocation's event",
    ],
    ["a cursor of no trace", { view: "agents", offset: "a" }, "is not the id of a stored trace"],
  ])("%s", async (_, over, message) => {
    const body = { queryId: "q", timeframe, parameters: {}, ...over };
    const path = "/client/v4/accounts/any/workers/observability/telemetry/query";
    const answer = await post(backend, path, JSON.stringify(body));
    expect(answer.status).toBe(400);
    const envelope = (await answer.json()) as {
      success: boolean;
      errors: Array<{ message: string }>;
      result: unknown;
    };
    expect(envelope).toMatchObject({ success: false, messages: [], result: null });
    expect(envelope.errors[0]?.message).toContain(message);
  });

  test("groups as deep and as large as allowed pass, thousands deep do no harm", async () => {
    const path = "/client/v4/accounts/any/workers/observability/telemetry/query";
    const ask = (filter: string) =>
      post(
        backend,
        path,
        `{"queryId":"q","timeframe":{"from":1,"to":2},"parameters":{"filters":[${filter}]}}`,
      );
    expect((await ask(JSON.stringify(nested(4)))).status).toBe(200);
    expect((await ask(JSON.stringify(group(199)))).status).toBe(200);
    const open = '{"kind":"group","filterCombination":"and","filters":[';
    expect((await ask(open.repeat(20_000) + "]}".repeat(20_000))).status).toBe(400);
    expect((await ask("{")).status).toBe(400);
  });

  // Minutes of processor time where every quote is taken for the beginning of a text.
  test("a text that never ends holds up nobody", async () => {
    const path = "/client/v4/accounts/any/workers/observability/telemetry/query";
    for (const body of [`{"queryId":"${'\\"'.repeat(150_000)}`, `["${"[{".repeat(500_000)}\\`]) {
      expect((await post(backend, path, body)).status).toBe(400);
    }
  });

  test("routes that are not there say so", async () => {
    const answer = await fetch(`${backend.url}/client/v4/accounts/any/workers/observability/nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ success: false, errors: [{ code: 404 }] });
  });
});
