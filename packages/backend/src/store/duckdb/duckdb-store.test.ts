// DuckDB against the contract of all stores, and what only this engine can meet: an instance that dies.

import { statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryDirectory } from "../../backend.fixture.ts";
import { attributesOf, newLog, newSpan, newTraceId, request } from "../../records.fixture.ts";
import { storeContract } from "../store.case.ts";
import { StoreUnavailableError } from "../store.ts";
import { everything, traceIn } from "../store-cases.fixture.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { failNext } from "./fail-next.fixture.ts";
import { LOG_FILE } from "./open.ts";

storeContract("DuckDB", (directory) => DuckDbStore.open(directory));

test.each([
  ["a full disk", "TransactionContext Error: Failed to commit: No space left on device"],
  ["a dead instance", "FATAL Error: database has been invalidated because of a previous fatal error"],
])("after %s nothing acknowledged is lost and writing goes on", async (_, message) => {
  const store = await DuckDbStore.open(temporaryDirectory());
  onTestFinished(() => store.close());
  const [before, during] = [newSpan(), newSpan()];
  await store.write([request({ spans: [before] })]);
  failNext("COMMIT", message);
  await expect(store.write([request({ spans: [during] })])).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await traceIn(store, before.traceId)).toBeDefined();
  expect(await traceIn(store, during.traceId)).toBeUndefined();
  expect(await store.write([request({ spans: [before, during] })])).toMatchObject({ spans: 1 });
  expect(await traceIn(store, during.traceId)).toBeDefined();
});

test("a last checkpoint that fails does not fail the closing, and loses nothing", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory);
  const span = newSpan();
  await store.write([request({ spans: [span] })]);
  failNext("CHECKPOINT", "IO Error: No space left on device");
  await store.close();
  const again = await DuckDbStore.open(directory);
  onTestFinished(() => again.close());
  expect(await traceIn(again, span.traceId)).toBeDefined();
});

test("a trace that is too large is refused with its size, and what to do", async () => {
  const store = await DuckDbStore.open(temporaryDirectory(), { maxTraceBytes: 10_000 });
  onTestFinished(() => store.close());
  const [small, traceId] = [newSpan(), newTraceId()];
  const spans = Array.from({ length: 20 }, () =>
    newSpan({ traceId, attributes: attributesOf({ text: "x".repeat(1_000) }) }),
  );
  await store.write([request({ spans: [small, ...spans] })]);
  expect(await traceIn(store, small.traceId)).toBeDefined();
  await expect(traceIn(store, traceId)).rejects.toMatchObject({
    code: "trace_too_large",
    message: expect.stringContaining(`trace:${traceId}`),
  });
  const refused = newTraceId();
  const logs = Array.from({ length: 20 }, () =>
    newLog({ traceId: refused, body: { stringValue: "x".repeat(1_000) } }),
  );
  await store.write([request({ logs })]);
  await expect(traceIn(store, refused)).rejects.toMatchObject({ code: "trace_too_large" });
});

test("readers never meet an attribute key they cannot name, however new it is", async () => {
  const store = await DuckDbStore.open(temporaryDirectory());
  onTestFinished(() => store.close());
  const traceId = newTraceId();
  let writing = true;
  const write = async () => {
    for (let at = 0; at < 60; at++) {
      const attributes = attributesOf(
        Object.fromEntries([0, 1, 2, 3].map((key) => [`key.${at}.${key}`, "x"])),
      );
      await store.write([
        request({ spans: [newSpan({ traceId, attributes })], logs: [newLog({ traceId, attributes })] }),
      ]);
    }
    writing = false;
  };
  const read = async (query: () => Promise<unknown>) => {
    while (writing) await query();
  };
  await Promise.all([
    write(),
    read(() => traceIn(store, traceId)),
    read(() => store.listEvents({ where: everything, limit: 5 })),
    read(() => store.listKeys(everything)),
  ]);
  expect((await traceIn(store, traceId))?.spans).toHaveLength(60);
});

test("a write that fails half-way through stores nothing, then or later", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory);
  const traceId = newTraceId();
  const spans = Array.from({ length: 5_000 }, (_, at) =>
    newSpan({ traceId, name: `span ${at}`, status: { code: at % 2 ? 2 : 0, message: "" } }),
  );
  const append = DuckDBAppender.prototype.appendDataChunk;
  const spy = vi.spyOn(DuckDBAppender.prototype, "appendDataChunk").mockImplementation(function (
    this: DuckDBAppender,
    chunk,
  ) {
    if (spy.mock.calls.length === 2) throw new Error("Out of Memory Error");
    append.call(this, chunk);
  });
  onTestFinished(() => spy.mockRestore());
  await expect(store.write([request({ spans })])).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await traceIn(store, traceId)).toBeUndefined();
  expect(await store.write([request({ spans })])).toMatchObject({ spans: 5_000 });
  await store.close();
  const again = await DuckDbStore.open(directory);
  onTestFinished(() => again.close());
  const stored = await traceIn(again, traceId);
  expect(new Set(stored?.spans.map(({ name }) => name)).size).toBe(5_000);
  expect(stored?.spans).toHaveLength(5_000);
});

test("keys of a write that failed are stored with the next", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory);
  const span = newSpan({ attributes: attributesOf({ "key.new": "x" }) });
  failNext("COMMIT", "TransactionContext Error: Failed to commit: No space left on device");
  await expect(store.write([request({ spans: [span] })])).rejects.toBeInstanceOf(StoreUnavailableError);
  await store.write([request({ spans: [span] })]);
  await store.close();
  const again = await DuckDbStore.open(directory);
  onTestFinished(() => again.close());
  expect((await traceIn(again, span.traceId))?.spans[0]?.attributes).toEqual(span.attributes);
});

test("rows with long texts are read whole, beside short ones", async () => {
  const store = await DuckDbStore.open(temporaryDirectory());
  onTestFinished(() => store.close());
  const traceId = newTraceId();
  const long = attributesOf({ body: `"\\n\u{1F600}${"x".repeat(60_000)}`, size: 60_000 });
  const spans = Array.from({ length: 200 }, (_, at) =>
    newSpan({ traceId, attributes: at % 2 ? long : attributesOf({ at }) }),
  );
  const logs = [newLog({ traceId, attributes: long }), newLog({ traceId })];
  await store.write([request({ spans, logs })]);
  const trace = await traceIn(store, traceId);
  expect(trace?.spans.map(({ attributes }) => attributes)).toEqual(spans.map(({ attributes }) => attributes));
  expect(trace?.logs.map(({ attributes }) => attributes)).toEqual([long, []]);
});

test("a read that runs out of memory says so, and how to do with less", async () => {
  const store = await DuckDbStore.open(temporaryDirectory());
  onTestFinished(() => store.close());
  const spy = vi
    .spyOn(DuckDBConnection.prototype, "run")
    .mockRejectedValueOnce(new Error("Out of Memory Error: failed to allocate data of size 16.0 MiB"));
  onTestFinished(() => spy.mockRestore());
  const reading = store.listServices();
  await expect(reading).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(reading).rejects.toThrow("narrow its time range");
});

test.each([
  ["long texts", { writes: 12, spans: 10, characters: 1_000_000 }],
  [
    "rows that come by fifties, of which it holds each many times",
    { writes: 80, spans: 50, characters: 4_000 },
  ],
])("the log goes into the file in time, with %s", async (_, { writes, spans, characters }) => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory);
  onTestFinished(() => store.close());
  const attributes = attributesOf({ body: "x".repeat(characters) });
  let most = 0;
  for (let at = 0; at < writes; at++) {
    await store.write([request({ spans: Array.from({ length: spans }, () => newSpan({ attributes })) })]);
    const size = statSync(join(directory, LOG_FILE), { throwIfNoEntry: false })?.size ?? 0;
    most = Math.max(most, size);
  }
  // The limit of 128 MB, and a write more, with what came before it.
  expect(most).toBeLessThan(180_000_000);
});
