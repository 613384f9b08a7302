// Saved queries and shared results through Cloudflare's own client.

import { encodeTracesJson } from "@enterspan/otlp";
import Cloudflare, { BadRequestError, NotFoundError } from "cloudflare";
import { expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { type Backend, startBackend } from "../index.ts";
import type { SavedQuery } from "../query/answer.ts";
import { EPOCH, MILLI, newSpan, traces } from "../records.fixture.ts";

const account_id = "any";
const NOW = Number(EPOCH / MILLI);
const timeframe = { from: NOW - 1000, to: NOW + 1000 };
const slow: NonNullable<Cloudflare.Workers.Observability.SharedQueryCreateParams["parameters"]> = {
  filters: [{ key: "$metadata.duration", operation: "gt", type: "number", value: 10 }],
};

const observability = (backend: Backend) =>
  new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "any", maxRetries: 0 }).workers
    .observability;

const send = (backend: Backend, name: string, durationMs: bigint) =>
  post(
    backend,
    "/v1/traces",
    encodeTracesJson(traces([newSpan({ name, endTimeUnixNano: EPOCH + durationMs * MILLI })])),
  );

test("a saved query outlives the server and runs by its id", async () => {
  const dataDir = temporaryDirectory();
  const first = await startBackend({ dataDir, port: 0 });
  const saved = await observability(first).queries.create({
    account_id,
    name: "slow spans",
    description: "those of more than 10 ms",
    parameters: slow,
  });
  expect(saved).toMatchObject({
    name: "slow spans",
    description: "those of more than 10 ms",
    adhoc: false,
    parameters: slow,
  });
  await first.close();

  const backend = await startedBackend({ dataDir });
  await send(backend, "fast", 1n);
  await send(backend, "slow", 20n);
  const { telemetry, queries } = observability(backend);
  const { events, run } = await telemetry.query({ account_id, queryId: saved.id, timeframe });
  expect(events?.events?.map(({ $metadata }) => $metadata.spanName)).toEqual(["slow"]);
  expect(run.query).toEqual(saved);
  const listed = [];
  for await (const query of queries.list({ account_id })) listed.push(query);
  expect(listed).toEqual([saved]);
  const error = await telemetry.query({ account_id, queryId: "nobody's", timeframe }).catch((fault) => fault);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.errors[0].message).toBe(
    'queryId: no query is saved as "nobody\'s"; save it first, or give its parameters in the request',
  );
});

test("pages, in either order, with totals", async () => {
  const backend = await startedBackend();
  const { queries } = observability(backend);
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  for (const name of ["a", "b", "c"]) {
    await queries.create({ account_id, name, description: null, parameters: {} });
    vi.advanceTimersByTime(1);
  }
  const page = async (parameters: object) => {
    const { result } = await queries.list({ account_id, ...parameters });
    return result.map(({ name }) => name).join(" ");
  };
  expect(await page({})).toBe("c b a");
  expect(await page({ order: "asc", orderBy: "created" })).toBe("a b c");
  expect(await page({ page: 2, perPage: 2 })).toBe("a");
  expect(await page({ page: 3, perPage: 2 })).toBe("");
  const url = `${backend.url}/client/v4/accounts/any/workers/observability/queries?page=2&perPage=2`;
  expect((await (await fetch(url)).json()).result_info).toEqual({
    page: 2,
    per_page: 2,
    count: 1,
    total_count: 3,
  });
});

test.each<[string, object, string]>([
  ["without a name", { name: " " }, "name: must not be empty"],
  ["without parameters", { parameters: undefined }, "parameters: "],
  ["with a filter that is none", { parameters: { filters: [{ key: "a" }] } }, "filters[0].operation: "],
  ["with a limit of nothing", { parameters: { limit: 0 } }, "parameters.limit: "],
  [
    "that orders by nothing",
    {
      parameters: {
        calculations: [{ operator: "count" }],
        groupBys: [{ type: "string", value: "a" }],
        orderBy: { value: "p99" },
      },
    },
    "orderBy",
  ],
  ["that is too large", { parameters: { note: "x".repeat(70_000) } }, "The query is larger than 65536 bytes"],
])("a query %s is refused", async (_, fields, message) => {
  const { queries } = observability(await startedBackend());
  const query = { account_id, name: "x", description: null, parameters: {}, ...fields };
  const error = await queries.create(query).catch((fault) => fault);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.errors[0].message).toContain(message);
  expect((await queries.list({ account_id })).result).toEqual([]);
});

test("a saved query is renamed, changed and deleted by its id", async () => {
  const backend = await startedBackend();
  const client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "any", maxRetries: 0 });
  const { queries } = client.workers.observability;
  const query = { account_id, name: "slow", description: "of the shop", parameters: slow };
  const saved = await queries.create(query);
  const path = `/accounts/any/workers/observability/queries/${saved.id}`;
  const asked = async (answer: Promise<unknown>) => ((await answer) as { result: SavedQuery }).result;
  expect(await asked(client.get(path))).toEqual(saved);
  const renamed = await asked(client.patch(path, { body: { name: " slower " } }));
  expect(renamed).toEqual({ ...saved, name: "slower", updated: renamed.updated });
  const emptied = await asked(client.patch(path, { body: { description: null, parameters: {} } }));
  expect(emptied).toMatchObject({ name: "slower", description: null, parameters: {} });
  const refused = { body: { parameters: { limit: 0 } } };
  await expect(client.patch(path, refused)).rejects.toBeInstanceOf(BadRequestError);
  expect(await asked(client.delete(path))).toMatchObject({ id: saved.id, name: "slower" });
  expect((await queries.list({ account_id })).result).toEqual([]);
  await expect(client.get(path)).rejects.toBeInstanceOf(NotFoundError);
  await expect(client.patch(path, { body: {} })).rejects.toBeInstanceOf(NotFoundError);
  await expect(client.delete(path)).rejects.toBeInstanceOf(NotFoundError);
});

test("a query may hold a search, which is run with it", async () => {
  const backend = await startedBackend();
  await send(backend, "fast", 1n);
  await send(backend, "slow", 20n);
  const { queries, telemetry } = observability(backend);
  // The client's types do not know it.
  const parameters = { search: "duration>10ms" } as object;
  const { id } = await queries.create({ account_id, name: "slow", description: null, parameters });
  const { events } = await telemetry.query({ account_id, queryId: id, timeframe });
  expect(events?.events?.map(({ $metadata }) => $metadata.spanName)).toEqual(["slow"]);
  const wrong = { account_id, name: "x", description: null, parameters: { search: "(" } as object };
  const error = await queries.create(wrong).catch((fault) => fault);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.errors[0].message).toContain("parameters.search: ");
});

test("lists refuse pages that cannot be", async () => {
  const { queries } = observability(await startedBackend());
  for (const parameters of [{ page: 0 }, { perPage: 501 }, { orderBy: "name" as "created" }]) {
    await expect(queries.list({ account_id, ...parameters })).rejects.toBeInstanceOf(BadRequestError);
  }
});

test("a shared result stays as it was", async () => {
  const backend = await startedBackend();
  await send(backend, "slow", 20n);
  const { sharedQueries } = observability(backend);
  const request = { account_id, queryId: "q", timeframe, view: "events" as const, parameters: slow };
  const { id } = await sharedQueries.create(request);
  await send(backend, "slower", 30n);
  const names = async (parameters: object = {}) => {
    const { events } = await sharedQueries.get(id, { account_id, ...parameters });
    return events?.events?.map(({ $metadata }) => $metadata.spanName);
  };
  expect(await names()).toEqual(["slow"]);
  expect(await names({ view: "events" })).toEqual(["slow"]);
  await expect(names({ view: "calculations" })).rejects.toThrow(
    "this result was shared with events, not calculations",
  );
  const dry = await sharedQueries.create({ ...request, dry: true });
  for (const unknown of [dry.id, "x"]) {
    await expect(sharedQueries.get(unknown, { account_id })).rejects.toBeInstanceOf(NotFoundError);
  }
});

test("saved queries are what the client declares", () => {
  expectTypeOf<SavedQuery>().toExtend<Cloudflare.Workers.Observability.QueryListResponse>();
});
