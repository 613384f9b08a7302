// Requests that are odd and yet say something, and those that nearly do: what is stored of each, and what its sender hears.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post } from "../backend.fixture.ts";
import { type Backend, startBackend } from "../index.ts";
import { newSpanId, newTraceId } from "../records.fixture.ts";
import type { TraceResponse } from "./contract.ts";

let backend: Backend;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "enterspan-odd-"));
  backend = await startBackend({ dataDir, port: 0, onLog: ({ message }) => console.error(message) });
});
afterAll(async () => {
  await backend.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const PROTOBUF = { "content-type": "application/x-protobuf" };

/** A request of one span as text, so that it can say what no object can. */
const requestOf = (fields: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${fields}}]}]}]}`;

/** What is stored of a span of these fields besides its ids. */
async function storedOf(fields: string, ids?: string): Promise<TraceResponse["spans"][number] | undefined> {
  const traceId = newTraceId();
  const given = ids ?? `"traceId":"${traceId}","spanId":"${newSpanId()}"`;
  const answer = await post(backend, "/v1/traces", requestOf(fields ? `${given},${fields}` : given));
  expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
  const id = /"traceId":"(\w+)"/.exec(given)?.[1]?.toLowerCase();
  return ((await (await fetch(`${backend.url}/api/traces/${id}`)).json()) as TraceResponse).spans[0];
}

describe("stored", () => {
  test.each([
    ["no field but ids", "", { name: "", kind: 0, startTimeUnixNano: "0", endTimeUnixNano: "0" }],
    ["the last of equal keys", '"name":"first","name":"last"', { name: "last" }],
    [
      "null for what is not there",
      '"name":null,"attributes":null,"status":null',
      { name: "", attributes: [] },
    ],
    [
      "an end before its start",
      '"startTimeUnixNano":"5","endTimeUnixNano":"3"',
      { startTimeUnixNano: "5", endTimeUnixNano: "3" },
    ],
    [
      "times as numbers beyond 2^53",
      '"startTimeUnixNano":1700000000123456789',
      { startTimeUnixNano: "1700000000123456789" },
    ],
    [
      "enums by name",
      '"kind":"SPAN_KIND_CONSUMER","status":{"code":"STATUS_CODE_OK"}',
      { kind: 5, status: { code: 1 } },
    ],
    ["an enum of tomorrow", '"kind":77', { kind: 77 }],
    ["half of a pair of surrogates", '"name":"a\\ud800b"', { name: "a\ufffdb" }],
    ["NUL in a text", '"name":"a\\u0000b"', { name: "a\0b" }],
    [
      "a double that is too large to be one",
      '"attributes":[{"key":"k","value":{"doubleValue":1e999}}]',
      { attributes: [{ key: "k", value: { doubleValue: "Infinity" } }] },
    ],
    [
      "keys that objects have anyway",
      '"__proto__":{"name":"x"},"attributes":[{"key":"__proto__","value":{"boolValue":true}}]',
      { name: "", attributes: [{ key: "__proto__", value: { boolValue: true } }] },
    ],
    [
      "a parent that is itself",
      '"parentSpanId":"00000000000000ab","spanId":"00000000000000ab"',
      { parentSpanId: "00000000000000ab" },
    ],
    [
      "what nobody knows, however deep",
      `"future":${"[".repeat(100_000)}${"]".repeat(100_000)},"name":"n"`,
      { name: "n" },
    ],
  ])("%s", async (_, fields, expected) => {
    expect(await storedOf(fields)).toMatchObject(expected);
  });

  test("ids in upper case, as in lower", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const ids = `"traceId":"${traceId.toUpperCase()}","spanId":"${spanId.toUpperCase()}"`;
    expect(await storedOf("", ids)).toMatchObject({ traceId, spanId });
  });

  test("a span of 100,000 attributes", async () => {
    const attributes = Array.from(
      { length: 100_000 },
      (_, i) => `{"key":"k${i % 1_000}","value":{"intValue":${i}}}`,
    );
    const span = await storedOf(`"attributes":[${attributes}]`);
    expect(span?.attributes).toHaveLength(100_000);
    expect(span?.attributes.at(-1)).toEqual({ key: "k999", value: { intValue: "99999" } });
  });

  test.each([
    'application/json; charset="utf-8"; q=1',
    "APPLICATION/JSON",
    "application/json;charset=utf-16",
  ])("as %s", async (type) => {
    expect((await post(backend, "/v1/traces", requestOf(""), { "content-type": type })).status).toBe(200);
  });

  test("resources that come in parts are one", async () => {
    const traceId = newTraceId();
    const text = (tag: number, value: string | Uint8Array) => {
      const bytes = Buffer.from(value);
      return Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
    };
    const attribute = (key: string) => text(10, Buffer.concat([text(10, key), text(18, text(10, "v"))]));
    const span = Buffer.concat([
      text(10, Buffer.from(traceId, "hex")),
      text(18, Buffer.from(newSpanId(), "hex")),
    ]);
    const group = [text(10, attribute("a")), text(18, text(18, span)), text(10, attribute("b"))];
    expect((await post(backend, "/v1/traces", text(10, Buffer.concat(group)), PROTOBUF)).status).toBe(200);
    const trace = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
    expect(trace.resources[0]?.attributes.map(({ key }) => key)).toEqual(["a", "b"]);
  });
});

describe("refused, with its place", () => {
  const ids = `"traceId":"${newTraceId()}","spanId":"${newSpanId()}"`;
  test.each([
    ["an id in base64", requestOf('"traceId":"CvdlGRbNQ92ESOshHIAxnA=="'), "traceId: expected 32 hex digits"],
    [
      "an id of another length",
      requestOf(`${ids},"parentSpanId":"ab"`),
      "parentSpanId: expected 16 hex digits",
    ],
    [
      "an integer that is no int64",
      requestOf(`${ids},"attributes":[{"key":"k","value":{"intValue":"9223372036854775808"}}]`),
      "is outside int64",
    ],
    ["a time below 0", requestOf(`${ids},"startTimeUnixNano":"-1"`), "is outside uint64"],
    ["an enum nobody named", requestOf(`${ids},"kind":"server"`), "one of SPAN_KIND_UNSPECIFIED"],
    ["nothing in a list", '{"resourceSpans":[null]}', "resourceSpans[0]: expected an object, got null"],
    [
      "a value nested 10,000 deep",
      requestOf(
        `${ids},"attributes":[{"key":"k","value":${'{"kvlistValue":{"values":[{"key":"a","value":'.repeat(10_000)}{}${"}]}}".repeat(10_000)}}]`,
      ),
      "nest deeper than 64",
    ],
    ["two requests in one", `${requestOf(ids)}${requestOf(ids)}`, "not JSON"],
    ["half a request", requestOf(ids).slice(0, -5), "not JSON"],
    ["nothing", "", "not JSON"],
  ])("%s", async (_, body, message) => {
    const answer = await post(backend, "/v1/traces", body);
    expect(answer.status).toBe(400);
    const status = (await answer.json()) as { code: number; message: string };
    expect([status.code, status.message]).toEqual([3, expect.stringContaining(message)]);
  });

  test("text that is not UTF-8, in JSON as in protobuf", async () => {
    const [before, after] = requestOf(`${ids},"name":"|"`).split("|") as [string, string];
    const json = Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28]), Buffer.from(after)]);
    expect((await post(backend, "/v1/traces", json)).status).toBe(400);
    const protobuf = Buffer.from([10, 8, 18, 6, 18, 4, 42, 2, 0xc3, 0x28]);
    expect((await post(backend, "/v1/traces", protobuf, PROTOBUF)).status).toBe(400);
  });

  test.each([
    ["a time of 2^64 - 1", `${ids},"endTimeUnixNano":"18446744073709551615"`, "has a time after 2262-04-11"],
    ["ids of zeros", `"traceId":"${"0".repeat(32)}","spanId":"${newSpanId()}"`, "has no trace id"],
    ["no ids", '"name":"n"', "has no trace id"],
  ])("alone: %s", async (_, fields, message) => {
    const answer = await post(backend, "/v1/traces", requestOf(fields));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringContaining(message) },
    });
  });
});
