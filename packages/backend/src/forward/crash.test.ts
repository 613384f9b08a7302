// Nothing that was acknowledged is lost on its way: a server is killed with -9 again and again while OpenTelemetry's own
// exporters send to it, and a second server, where all of it goes on to, is asked for every span.

import { type ChildProcess, spawn } from "node:child_process";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { TraceResponse } from "../http/contract.ts";
import { Receiver } from "./receiver.fixture.ts";

const KILLS = 2;
const SENDERS = 4;
const SPANS_PER_BATCH = 20;
/** Acknowledged batches before each kill. */
const BATCHES = 15;

/** Of the SDK's ExportResultCode. */
const EXPORTED = 0;

interface Server {
  child: ChildProcess;
  url: string;
}

/** Everything goes on to each of the endpoints, which the environment names. */
async function start(
  dataDir: string,
  endpoints: readonly string[],
  sampling: object | undefined,
): Promise<Server> {
  const index = new URL("../index.ts", import.meta.url).href;
  const variables = Object.fromEntries(
    endpoints.flatMap((endpoint, number) => [
      [`ENTERSPAN_DESTINATION_D${number}_ENDPOINT`, endpoint],
      [`ENTERSPAN_DESTINATION_D${number}_SERVICES`, "all"],
    ]),
  );
  const script = `const { readSettings, samplingSettings, startBackend } = await import(${JSON.stringify(index)});
    const backend = await startBackend({
      dataDir: ${JSON.stringify(dataDir)}, port: 0, forwardRetry: { firstMs: 5, maxMs: 50 },
      ...readSettings(undefined, process.env),
      ...(${sampling !== undefined} && { sampling: samplingSettings.parse(${JSON.stringify(sampling ?? null)}) }),
    });
    console.log(backend.url);`;
  const child = spawn(
    process.execPath,
    ["--conditions=@enterspan/source", "--input-type=module", "--eval", script],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...variables } },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (line) => resolve(String(line).trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
  return { child, url };
}

function kill({ child }: Server): Promise<unknown> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  return gone;
}

/** Spans of one trace, as the SDK makes them. */
function newBatch(number: number): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  const tracer = provider.getTracer("sender");
  const root = tracer.startSpan(`span ${number}.0`);
  const below = trace.setSpan(ROOT_CONTEXT, root);
  for (let index = 1; index < SPANS_PER_BATCH; index++) {
    tracer.startSpan(`span ${number}.${index}`, { attributes: { number } }, below).end();
  }
  root.end();
  return memory.getFinishedSpans();
}

function acknowledged(exporter: SpanExporter, batch: ReadableSpan[]): Promise<boolean> {
  return new Promise((resolve) => exporter.export(batch, ({ code }) => resolve(code === EXPORTED)));
}

/** Waits until all spans of a batch are stored, and none twice. */
async function untilWhole(url: string, traceId: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/traces/${traceId}`);
    const { spans = [] } = (await answer.json()) as Partial<TraceResponse>;
    expect(spans.length).toBeLessThanOrEqual(SPANS_PER_BATCH);
    if (spans.length === SPANS_PER_BATCH) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each([
  ["at once", undefined],
  ["after its sampling is decided", { keepShare: 1, waitSeconds: 0.5 }],
])(
  "nothing acknowledged is lost on its way over kill -9, sent on %s",
  { timeout: 120_000 },
  async (_, sampling) => {
    const dataDir = temporaryDirectory();
    const far = await startedBackend();
    const flaky = await Receiver.start();
    flaky.answer = () => ({ status: Math.random() < 0.5 ? 503 : 200 });
    const endpoints = [far.url, flaky.url];
    const sent: ReadableSpan[] = [];
    let unanswered: ReadableSpan[][] = [];
    let number = 0;
    for (let round = 0; round <= KILLS; round++) {
      const server = await start(dataDir, endpoints, sampling);
      let count = 0;
      let isDead = false;
      const send = async (sender: number): Promise<void> => {
        const url = `${server.url}/v1/traces`;
        // The exporters try again by themselves for as long as they may: not here, where nobody is there any more.
        const options = { url, timeoutMillis: 2_000 };
        const exporter = (
          sender % 2 === 0 ? new JsonExporter(options) : new ProtobufExporter(options)
        ) as SpanExporter;
        while (!isDead && (round < KILLS || unanswered.length > 0)) {
          const batch = unanswered.pop() ?? newBatch(number++);
          if (!isDead && (await acknowledged(exporter, batch))) {
            sent.push(...batch);
            count++;
          } else unanswered.push(batch);
          if (round < KILLS && count >= BATCHES && !isDead) {
            isDead = true;
            await kill(server);
          }
        }
        await exporter.shutdown();
      };
      await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));
    }
    unanswered = [];
    expect(sent.length).toBeGreaterThanOrEqual(KILLS * BATCHES * SPANS_PER_BATCH);

    const names = new Set(sent.map(({ name }) => name));
    await flaky.until(() => {
      const arrived = new Set(flaky.spanNames);
      return [...names].every((name) => arrived.has(name));
    });
    const traceIds = new Set(sent.map((span) => span.spanContext().traceId));
    for (const traceId of traceIds) await untilWhole(far.url, traceId);
  },
);
