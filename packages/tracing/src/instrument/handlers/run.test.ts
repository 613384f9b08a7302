// What a handler's call comes to as an invocation, whatever the event: what of it is sent, and how often.
import { decodeLogsJson, decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import type { TracingConfig } from "../../config.ts";
import { recordLog } from "../../logs.ts";
import { active, tracing } from "../../process.ts";
import { testRuntime } from "../../recorder.fixture.ts";
import { SERVER } from "../../span-record.ts";
import type { Lifetime } from "./lifetime.ts";
import { runCall, runInvocation } from "./run.ts";

async function run(handler: (lifetime: Lifetime) => void, config: Partial<TracingConfig> = {}, id?: string) {
  const { runtime, bodies } = testRuntime(config);
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise), id };
  await runInvocation(runtime, { name: "root", kind: SERVER }, context, async (lifetime) =>
    handler(lifetime),
  );
  for (let i = 0; i < waiting.length; i++) await waiting[i];
  return () => read(bodies);
}

/** What has been sent so far. */
function read(bodies: { url: string; body: string }[]) {
  const sent = (path: string) => bodies.filter(({ url }) => url.endsWith(path)).map(({ body }) => body);
  const spans = sent("/v1/traces").flatMap((body) =>
    decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)),
  );
  const logs = sent("/v1/logs").flatMap((body) =>
    decodeLogsJson(body).resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap((one) => one.logRecords)),
  );
  return { spans, names: spans.map(({ name }) => name), logs };
}

it("has what the program does without waiting, in promises that it has given to nobody", async () => {
  const recorded = await run(() => {
    void (async () => {
      for (let i = 0; i < 20; i++) await null;
      tracing.enterSpan("floating", () => {});
    })();
  });
  expect(recorded().names).toEqual(["root", "floating"]);
});

it("is sent once, though it is left before it is over", async () => {
  const recorded = await run((lifetime) => lifetime.leave(), {}, "0123");
  await expect.poll(() => recorded().names).toEqual(["root"]);
});

it("that is not sampled sends its logs alone, if it has any", async () => {
  const unsampled = { traces: { enabled: true, headSamplingRate: 0 } };
  const recorded = await run(() => recordLog(active.getStore(), "info", ["told"]), unsampled);
  const { names, logs } = recorded();
  expect(names).toEqual([]);
  expect(logs.map(({ body }) => body)).toEqual([{ stringValue: "told" }]);
  expect((await run(() => {}, unsampled))()).toMatchObject({ names: [], logs: [] });
});

it("ends when it is over, not when that has been noticed", async () => {
  let now = 1_000;
  const pass = (ms: number) => async () => {
    now += ms;
  };
  const { runtime, bodies } = testRuntime({}, { now: () => now, sleep: pass(50) });
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  await runInvocation(runtime, { name: "root", kind: SERVER }, context, pass(7));
  await Promise.all(waiting);
  const [root] = read(bodies).spans;
  expect(BigInt(root?.endTimeUnixNano ?? 0) - BigInt(root?.startTimeUnixNano ?? 0)).toBe(7_000_000n);
});

it("that is a part of another has neither a start nor an outcome of its own", async () => {
  const attributesOf = async (part?: "rooted") => {
    const { runtime, bodies } = testRuntime();
    const waiting: Promise<unknown>[] = [];
    const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
    expect(
      runCall(runtime, { name: "root", kind: SERVER, ...(part && { part }) }, context, () => "value"),
    ).toBe("value");
    await Promise.all(waiting);
    const told = read(bodies).spans.flatMap(({ attributes }) => attributes.map(({ key }) => key));
    return told.filter((key) => key === "faas.cold_start" || key === "cloudflare.outcome");
  };
  expect(await attributesOf("rooted")).toEqual([]);
  expect(await attributesOf()).toEqual(["faas.cold_start", "cloudflare.outcome"]);
});

it("of a Durable Object answers for its own background work alone, of which the active span tells", async () => {
  const { runtime, bodies } = testRuntime();
  const { promise: rest, resolve } = Promise.withResolvers<void>();
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise), id: "0123" };
  await runInvocation(runtime, { name: "root", kind: SERVER }, context, () => context.waitUntil(rest));
  // As a timer of the object's constructor would.
  context.waitUntil(Promise.reject(new Error("of nobody")));
  resolve();
  await Promise.allSettled(waiting);
  await expect.poll(() => read(bodies).spans.map(({ status }) => status.code)).toEqual([0]);
});
