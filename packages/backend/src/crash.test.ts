// What was acknowledged survives kill -9: a server in a process of its own is killed in the middle of a load, started
// again on the same directory, and asked for every span it had acknowledged.

import { type ChildProcess, spawn } from "node:child_process";
import { encodeTracesJson, encodeTracesProtobuf } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "./backend.fixture.ts";
import type { TraceListResponse, TraceResponse } from "./http/contract.ts";
import { Journal } from "./ingest/journal.ts";
import { accepted } from "./ingest/receive.ts";
import { Unreadable } from "./ingest/unreadable.ts";
import { newSpan, newTraceId, traces } from "./records.fixture.ts";

interface Load {
  rounds: number;
  spansPerBatch: number;
  senders: number;
  /** Killed after this many acknowledged batches, a few more each round. */
  batchesBeforeKill: number;
}

/** What the store commits as it comes, and more than it does: much of that is acknowledged by the journal. */
const LIGHT: Load = { rounds: 4, spansPerBatch: 50, senders: 4, batchesBeforeKill: 25 };
const HEAVY: Load = { rounds: 2, spansPerBatch: 2_500, senders: 12, batchesBeforeKill: 60 };

interface Server {
  child: ChildProcess;
  url: string;
}

async function start(dataDir: string): Promise<Server> {
  const index = new URL("./index.ts", import.meta.url).href;
  const script = `const { startBackend } = await import(${JSON.stringify(index)});
    console.log((await startBackend({ dataDir: ${JSON.stringify(dataDir)}, port: 0 })).url);`;
  const child = spawn(
    process.execPath,
    ["--conditions=@enterspan/source", "--input-type=module", "--eval", script],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (line) => resolve(String(line).trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
  return { child, url };
}

function kill(server: Server): Promise<unknown> {
  const gone = new Promise((resolve) => server.child.once("exit", resolve));
  server.child.kill("SIGKILL");
  return gone;
}

interface Batch {
  traceId: string;
  spanIds: string[];
  body: Uint8Array;
}

function newBatch(spansPerBatch: number): Batch {
  const traceId = newTraceId();
  const spans = Array.from({ length: spansPerBatch }, () => newSpan({ traceId }));
  return { traceId, spanIds: spans.map(({ spanId }) => spanId), body: encodeTracesProtobuf(traces(spans)) };
}

async function acknowledges(server: Server, { body }: Batch): Promise<boolean> {
  const headers = { "content-type": "application/x-protobuf" };
  const answer = await fetch(`${server.url}/v1/traces`, {
    method: "POST",
    headers,
    body: body as BodyInit,
  }).catch(() => undefined);
  return answer?.status === 200;
}

/** Rows of a trace, counted by the store and not by what a trace shows. */
async function rowsOf(server: Server, traceId: string): Promise<number | undefined> {
  const client = new Cloudflare({ baseURL: `${server.url}/client/v4`, apiToken: "x" });
  const { events } = await client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "rows",
    view: "events",
    limit: 1,
    timeframe: { from: 0, to: Date.now() },
    parameters: { filters: [{ key: "$metadata.traceId", operation: "eq", type: "string", value: traceId }] },
  });
  return events?.count;
}

test.each([
  ["that is light", LIGHT],
  ["that is heavy", HEAVY],
])(
  "nothing acknowledged is lost or doubled over kill -9 under a load %s",
  { timeout: 120_000 },
  async (_, load) => {
    const { rounds, spansPerBatch, senders, batchesBeforeKill } = load;
    const dataDir = temporaryDirectory();
    const acknowledged: Batch[] = [];
    // As exporters do: what was not acknowledged is sent again, although it may have been stored.
    const unanswered: Batch[] = [];
    const left: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const server = await start(dataDir);
      let count = 0;
      let dead = false;
      const send = async (): Promise<void> => {
        while (!dead) {
          const batch = unanswered.pop() ?? newBatch(spansPerBatch);
          if (await acknowledges(server, batch)) {
            acknowledged.push(batch);
            count++;
          } else unanswered.push(batch);
          if (count >= batchesBeforeKill + round * 3 && !dead) {
            dead = true;
            await kill(server);
          }
        }
      };
      await Promise.all(Array.from({ length: senders }, send));
      left.push(await journaledIn(dataDir));
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * batchesBeforeKill);
    expect(unanswered.length).toBeGreaterThan(0);
    if (load === HEAVY) expect(Math.max(...left)).toBeGreaterThan(0);
    const server = await start(dataDir);
    for (const batch of [...unanswered, ...acknowledged.slice(-senders)]) {
      expect(await acknowledges(server, batch)).toBe(true);
    }
    for (const { traceId, spanIds } of [...acknowledged, ...unanswered]) {
      const trace = (await (await fetch(`${server.url}/api/traces/${traceId}`)).json()) as TraceResponse;
      expect(trace.spans.map(({ spanId }) => spanId).sort()).toEqual(spanIds.sort());
      expect(await rowsOf(server, traceId)).toBe(spansPerBatch);
    }
    await kill(server);
  },
);

test("what was told to be in flight is lost by kill -9, and there again with the next word of it", async () => {
  const dataDir = temporaryDirectory();
  const span = newSpan({ name: "going on" });
  const open = encodeTracesJson(traces([{ ...span, endTimeUnixNano: 0n }]));
  const tell = (server: Server) => fetch(`${server.url}/api/in-flight`, { method: "POST", body: open });
  const listed = async (server: Server) =>
    ((await (await fetch(`${server.url}/api/traces`)).json()) as TraceListResponse).traces.map(
      ({ traceId, isInFlight }) => [traceId, isInFlight],
    );
  const first = await start(dataDir);
  const stored = newBatch(LIGHT.spansPerBatch);
  expect(await acknowledges(first, stored)).toBe(true);
  expect((await tell(first)).status).toBe(204);
  expect(await listed(first)).toContainEqual([span.traceId, true]);
  await kill(first);
  const second = await start(dataDir);
  expect(await listed(second)).toEqual([[stored.traceId, undefined]]);
  expect((await tell(second)).status).toBe(204);
  expect(await listed(second)).toContainEqual([span.traceId, true]);
  const body = encodeTracesProtobuf(traces([span]));
  expect(await acknowledges(second, { traceId: span.traceId, spanIds: [span.spanId], body })).toBe(true);
  await kill(second);
  const third = await start(dataDir);
  expect(await listed(third)).toContainEqual([span.traceId, undefined]);
  expect(await rowsOf(third, span.traceId)).toBe(1);
  await kill(third);
});

/** Requests that the next start finds in the journal. */
async function journaledIn(dataDir: string): Promise<number> {
  const journal = Journal.open(dataDir);
  let count = 0;
  const unreadable = new Unreadable(dataDir, expect.unreachable);
  for await (const left of journal.left(accepted, unreadable)) count += left.length;
  await journal.close();
  return count;
}
