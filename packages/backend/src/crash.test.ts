// What was acknowledged survives kill -9: a server in a process of its own is killed in the middle of a load, started
// again on the same directory, and asked for every span it had acknowledged.

import { type ChildProcess, spawn } from "node:child_process";
import { encodeTracesProtobuf } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "./backend.fixture.ts";
import type { TraceResponse } from "./http/contract.ts";
import { newSpan, newTraceId, traces } from "./records.fixture.ts";

const ROUNDS = 4;
const SPANS_PER_BATCH = 50;
const SENDERS = 4;
/** Killed after this many acknowledged batches, a few more or less each round. */
const BATCHES_BEFORE_KILL = 25;

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

test("nothing acknowledged is lost or doubled over kill -9", { timeout: 60_000 }, async () => {
  const dataDir = temporaryDirectory();
  /** Span ids of acknowledged batches by their trace. */
  const acknowledged = new Map<string, string[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const server = await start(dataDir);
    let dead = false;
    let count = 0;
    const send = async (): Promise<void> => {
      while (!dead) {
        const traceId = newTraceId();
        const spans = Array.from({ length: SPANS_PER_BATCH }, () => newSpan({ traceId }));
        const body = encodeTracesProtobuf(traces(spans));
        const post = () =>
          fetch(`${server.url}/v1/traces`, {
            method: "POST",
            headers: { "content-type": "application/x-protobuf" },
            body: body as BodyInit,
          }).catch(() => undefined);
        const answers = await Promise.all(count % 5 === 0 ? [post(), post()] : [post()]);
        if (!answers.some((answer) => answer?.status === 200)) continue;
        acknowledged.set(
          traceId,
          spans.map(({ spanId }) => spanId),
        );
        if (++count === BATCHES_BEFORE_KILL + round * 3) {
          dead = true;
          await kill(server);
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * BATCHES_BEFORE_KILL);
  const server = await start(dataDir);
  for (const [traceId, spanIds] of acknowledged) {
    const trace = (await (await fetch(`${server.url}/api/traces/${traceId}`)).json()) as TraceResponse;
    expect(trace.spans.map(({ spanId }) => spanId).sort()).toEqual(spanIds.sort());
  }
  await kill(server);
});
