// A queue under `enterspan dev`, producer and consumer in one Worker or in two: messages arrive as they were sent, and each
// event's root links to the spans that sent what it delivers.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TraceListResponse, WireSpan } from "@enterspan/backend/contract";
import { expect, it } from "vitest";
import { enterspanDev, type RunningDev, readTrace, temporaryDir } from "./enterspan.fixture.ts";

const PRODUCER = `
  async fetch(request, { QUEUE }) {
    const who = new URL(request.url).searchParams.get("who");
    await QUEUE.send({ who, at: new Date(0) });
    await QUEUE.sendBatch([{ body: who, contentType: "text" }, { body: new Set([who]), contentType: "v8" }]);
    return new Response(who);
  },
`;

const CONSUMER = `
  async queue({ messages }) {
    for (const { body } of messages) {
      const content = body instanceof Set ? ["set", ...body] : body;
      console.log(JSON.stringify(content));
    }
  },
`;

const producers = [{ binding: "QUEUE", queue: "orders" }];
const consumers = [{ queue: "orders", max_batch_size: 10, max_batch_timeout: 1 }];

/** A project in a folder of its own; returns its Wrangler file. */
async function project(dir: string, name: string, handlers: string, queues: object): Promise<string> {
  const path = join(dir, name);
  const config = {
    name,
    main: "index.js",
    compatibility_date: "2026-11-01",
    observability: { enabled: true, traces: { enabled: true } },
    queues,
  };
  await mkdir(path);
  await writeFile(join(path, "wrangler.json"), JSON.stringify(config));
  await writeFile(join(path, "index.js"), `export default {${handlers}};`);
  return join(path, "wrangler.json");
}

const REQUESTS = ["ann", "bob", "cid", "dot"];

it("delivers what was sent, and links each event to its senders", async () => {
  await using dir = await temporaryDir();
  const config = await project(dir.path, "both", PRODUCER + CONSUMER, { producers, consumers });
  await linksAll(await enterspanDev(config));
});

it("does so where another Worker has sent it", async () => {
  await using dir = await temporaryDir();
  const config = await project(dir.path, "producer", PRODUCER, { producers });
  const other = await project(dir.path, "consumer", CONSUMER, { consumers });
  await linksAll(await enterspanDev(config, ["--config", other]));
});

async function linksAll(dev: RunningDev): Promise<void> {
  await Promise.all(REQUESTS.map((who) => fetch(`${dev.url}?who=${who}`)));
  await Promise.all(REQUESTS.map((who) => dev.printed(new RegExp(`\\["set","${who}"\\]`))));

  const spans = async () => {
    const { traces } = (await (await fetch(`${dev.collectorUrl}/api/traces`)).json()) as TraceListResponse;
    const all = await Promise.all(traces.map(({ traceId }) => readTrace(dev.collectorUrl, traceId)));
    return all.flatMap((trace) => trace.spans);
  };
  const batchSize = ({ attributes }: WireSpan) =>
    Number(
      attributes.flatMap(({ key, value }) =>
        key === "cloudflare.queue.batch_size" && "intValue" in value ? [value.intValue] : [],
      )[0],
    );
  const delivered = async () =>
    (await spans()).filter(({ name }) => name === "queue").reduce((sum, root) => sum + batchSize(root), 0);
  await expect.poll(delivered).toBe(3 * REQUESTS.length);

  const recorded = await spans();
  const ids = ({ traceId, spanId }: { traceId: string; spanId: string }) => `${traceId}-${spanId}`;
  const linked = new Set(
    recorded.filter(({ name }) => name === "queue").flatMap((root) => root.links.map(ids)),
  );
  const senders = recorded.filter(({ name }) => name.startsWith("queue_send"));
  expect(senders).toHaveLength(2 * REQUESTS.length);
  const name = { key: "cloudflare.queue.name", value: { stringValue: "orders" } };
  for (const { attributes } of senders) expect(attributes).toContainEqual(name);
  expect([...linked].sort()).toEqual(senders.map(ids).sort());
  expect(await dev.stop()).toBe(0);
}
