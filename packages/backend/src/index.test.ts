// Starting and stopping: coded refusals, nothing left behind, nothing acknowledged lost by a close.

import { createServer } from "node:net";
import { encodeTracesJson } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "./backend.fixture.ts";
import { startBackend } from "./index.ts";
import { newSpan, traces } from "./records.fixture.ts";

test("a port in use is named, and the data directory is free again", async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
  });
  onTestFinished(() => void other.close());
  const dataDir = temporaryDirectory();
  const error = await startBackend({ dataDir, port }).catch((fault: unknown) => fault);
  expect(error).toMatchObject({ code: "port_in_use" });
  expect((error as Error).message).toContain(`Port ${port} on 127.0.0.1`);
  expect((error as Error).message).toContain("choose another port");
  await startedBackend({ dataDir });
});

test("an address this machine does not have is refused", async () => {
  const token = { token: "x".repeat(24), scopes: ["admin" as const] };
  const options = { dataDir: temporaryDirectory(), port: 0, host: "203.0.113.7", tokens: [token] };
  await expect(startBackend(options)).rejects.toMatchObject({ code: "cannot_listen" });
});

test("a second server on the same directory is told who has it", async () => {
  const dataDir = temporaryDirectory();
  const first = await startedBackend({ dataDir });
  const error = await startBackend({ dataDir, port: 0 }).catch((fault: unknown) => fault);
  expect(error).toMatchObject({ code: "data_dir_locked" });
  expect((error as Error).message).toContain(first.url);
});

test("what was stored is there after a restart, and still not stored twice", async () => {
  const dataDir = temporaryDirectory();
  const body = encodeTracesJson(traces([newSpan({ name: "kept" })]));
  const first = await startedBackend({ dataDir });
  expect((await post(first, "/v1/traces", body)).status).toBe(200);
  await first.close();
  const second = await startedBackend({ dataDir });
  await post(second, "/v1/traces", body);
  const list = await (await fetch(`${second.url}/api/traces`)).json();
  expect(list).toMatchObject({ traces: [{ rootName: "kept", spanCount: 1 }] });
});

test("close answers what has begun and stores it", async () => {
  const dataDir = temporaryDirectory();
  const first = await startedBackend({ dataDir });
  const spans = Array.from({ length: 40 }, () => newSpan());
  const posts = spans.map((span) =>
    post(first, "/v1/traces", encodeTracesJson(traces([span]))).catch(() => undefined),
  );
  // The first answer shows that requests are under way.
  await Promise.race(posts);
  await Promise.all([first.close(), first.close()]);
  const answers = await Promise.all(posts);
  await expect(fetch(`${first.url}/healthz`)).rejects.toThrow();
  const second = await startedBackend({ dataDir });
  let stored = 0;
  for (const [at, { traceId }] of spans.entries()) {
    if (answers[at]?.status !== 200) continue;
    stored++;
    expect((await fetch(`${second.url}/api/traces/${traceId}`)).status).toBe(200);
  }
  expect(stored).toBeGreaterThan(0);
});

test("without assets the root path says nothing is there, health says ok", async () => {
  const backend = await startedBackend();
  expect((await fetch(backend.url)).status).toBe(404);
  expect(await (await fetch(`${backend.url}/healthz`)).json()).toEqual({ status: "ok" });
});
