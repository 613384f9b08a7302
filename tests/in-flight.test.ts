// A request that is still being handled, under `enterspan dev` and `enterspan run`: seen with what has ended so far, and
// then as what it became.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TraceListResponse, TraceSummary } from "@enterspan/backend/contract";
import { expect, it } from "vitest";
import { enterspan, readTrace, temporaryDir, traceWhere } from "./enterspan.fixture.ts";

const WORKER = `import { tracing } from "cloudflare:workers";
export default {
  async fetch(request) {
    tracing.enterSpan("before", () => {});
    await tracing.enterSpan("waiting", () => fetch(new URL(request.url).searchParams.get("upstream")));
    return new Response("done");
  },
};
`;

const CONFIG = {
  name: "slow",
  main: "index.js",
  compatibility_date: "2026-11-01",
  observability: { enabled: true, traces: { enabled: true } },
};

it.each(["dev", "run"])("enterspan %s shows a request that goes on", async (command) => {
  await using dir = await temporaryDir();
  const config = join(dir.path, "wrangler.json");
  await writeFile(config, JSON.stringify(CONFIG));
  await writeFile(join(dir.path, "index.js"), WORKER);
  const upstream = createServer().listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  const running = enterspan([command, "--config", config, "--port", "0", "--collector-port", "0"]);
  const [, url] = await running.printed(/Worker +(http:\S+)/);
  const [, collectorUrl] = (await running.printed(/Explorer +(http:\S+)/)) as unknown as [string, string];

  const answered = fetch(`${url}/?upstream=http://127.0.0.1:${port}/`);
  const [, held] = (await once(upstream, "request")) as [unknown, ServerResponse];
  const list = async () =>
    ((await (await fetch(`${collectorUrl}/api/traces`)).json()) as TraceListResponse).traces;
  await expect.poll(list).toMatchObject([{ rootName: "GET /", isInFlight: true }]);
  const [{ traceId }] = (await list()) as [TraceSummary];
  const spans = async () => (await readTrace(collectorUrl, traceId)).spans;
  // The first word of it may have left before the last span was open.
  await expect
    .poll(async () => (await spans()).map(({ name, endTimeUnixNano }) => [name, endTimeUnixNano === "0"]))
    .toEqual([
      ["GET", true],
      ["before", false],
      ["waiting", true],
      ["fetch", true],
    ]);
  const open = await spans();

  held.end("held");
  expect(await (await answered).text()).toBe("done");
  const whole = await traceWhere(collectorUrl, () => true);
  expect(whole.spans.map(({ spanId }) => spanId)).toEqual(open.map(({ spanId }) => spanId));
  expect(whole.spans.every(({ endTimeUnixNano }) => endTimeUnixNano !== "0")).toBe(true);
  expect(await running.stop()).toBe(0);
  upstream.close();
});
