// The search language over HTTP: traces that it finds, errors with their place, completion from what is stored.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { attributesOf, EPOCH, logs, MILLI, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { ApiError, SearchCompletionResponse, TraceListResponse } from "./contract.ts";

async function filled(): Promise<Backend> {
  const backend = await startedBackend();
  const traceId = newTraceId();
  const slow = newSpan({
    traceId,
    name: "checkout",
    attributes: attributesOf({ "http.route": "/orders/:id", "user.tier": "gold" }),
    endTimeUnixNano: EPOCH + 300n * MILLI,
  });
  const failed = newSpan({
    name: "login",
    status: { code: 2, message: "no such user" },
    attributes: attributesOf({ "user.tier": "free", status: "locked out" }),
  });
  await post(backend, "/v1/traces", encodeTracesJson(traces([slow], "orders")));
  await post(backend, "/v1/traces", encodeTracesJson(traces([failed], "accounts")));
  await post(
    backend,
    "/v1/logs",
    encodeLogsJson(logs([newLog({ traceId, body: { stringValue: "retrying" } })])),
  );
  return backend;
}

const get = (backend: Backend, path: string, parameters: Record<string, string>) =>
  fetch(`${backend.url}${path}?${new URLSearchParams(parameters)}`);

test("traces are found by a search, alone and with other parameters", async () => {
  const backend = await filled();
  const found = async (search: string, parameters: Record<string, string> = {}) => {
    const answer = await get(backend, "/api/traces", { search, ...parameters });
    return ((await answer.json()) as TraceListResponse).traces.map(({ rootName }) => rootName).sort();
  };
  expect(await found("")).toEqual(["checkout", "login"]);
  expect(await found("duration>100ms")).toEqual(["checkout"]);
  expect(await found("retrying")).toEqual(["checkout"]);
  expect(await found("retrying or status:error")).toEqual(["checkout", "login"]);
  expect(await found("user.tier exists", { service: "accounts" })).toEqual(["login"]);
  // One event must fulfil all of it, and the log has no duration.
  expect(await found("retrying duration>1ms")).toEqual([]);
});

test("what is wrong with a search is told with its place", async () => {
  const backend = await filled();
  const error = async (search: string) => {
    const answer = await get(backend, "/api/traces", { search });
    return [answer.status, ((await answer.json()) as ApiError).error];
  };
  expect(await error("a status:eror")).toEqual([
    400,
    {
      code: "invalid_search",
      message: 'search, character 10: status is never "eror"; expected error, ok or unset',
      range: { from: 9, to: 13 },
      expected: ["error", "ok", "unset"],
    },
  ]);
  expect(await error("(a")).toMatchObject([400, { range: { from: 0, to: 1 }, expected: ['a ")"'] }]);
  expect(await error('name~"("')).toMatchObject([400, { code: "invalid_regex" }]);
});

test("completion knows the keys and values that are stored", async () => {
  const backend = await filled();
  const texts = async (text: string, parameters: Record<string, string> = {}) => {
    const answer = await get(backend, "/api/search/complete", { text, ...parameters });
    return ((await answer.json()) as SearchCompletionResponse).items.map((item) => item.text);
  };
  expect(await texts("user.t")).toEqual(["user.tier"]);
  expect(await texts("user.tier:")).toEqual(["free", "gold"]);
  expect(await texts("user.tier:GO")).toEqual(["gold"]);
  expect(await texts("service:")).toEqual(["accounts", "orders", "shop"]);
  expect(await texts("service:or name:x", { cursor: "10" })).toEqual(["orders"]);
  expect(await texts("http.route:(")).toEqual(['"/orders/:id"']);
  expect(await texts('"status":')).toEqual(['"locked out"']);
  expect(await texts("status:")).toEqual(["error", "ok", "unset"]);
  expect(await texts("duration>")).toEqual([]);
  const refused = await get(backend, "/api/search/complete", { cursor: "-1" });
  expect([refused.status, ((await refused.json()) as ApiError).error.code]).toEqual([
    400,
    "invalid_parameter",
  ]);
});
