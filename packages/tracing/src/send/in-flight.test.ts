// A receiver that wants to know is told of invocations that go on, and of no others.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import type { HandlerContext } from "../instrument/handlers/context.ts";
import { runInvocation } from "../instrument/handlers/run.ts";
import { MAX_REQUEST_CHARACTERS } from "../limits.ts";
import { tracing } from "../process.ts";
import { testRuntime } from "../recorder.fixture.ts";
import type { Runtime } from "../runtime.ts";
import { SERVER } from "../span-record.ts";

const URL = "http://collector.test/api/in-flight";

/** Time that passes when a test says so; pauses of no time do so by themselves. */
function timers() {
  let passing = Promise.withResolvers<void>();
  return {
    sleep: (ms: number) => (ms < 1_000 ? Promise.resolve() : passing.promise),
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        const { resolve } = passing;
        passing = Promise.withResolvers();
        resolve();
        // All that is due by then.
        await new Promise((done) => setImmediate(done));
      }
    },
  };
}

/** A handler that goes on until `end` is called. */
function started(runtime: Runtime, program: () => void = () => {}) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiting: Promise<unknown>[] = [];
  const context: HandlerContext = { waitUntil: (one) => void waiting.push(one) };
  const handled = runInvocation(runtime, { name: "root", kind: SERVER }, context, () => {
    program();
    return promise;
  });
  return async () => {
    resolve();
    await handled;
  };
}

const spansOf = (body: string) =>
  decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

it("tells what has ended and what is open, after a second and some", async () => {
  const { sleep, pass } = timers();
  const { runtime, bodies } = testRuntime({ inFlight: true }, { sleep });
  const end = started(runtime, () => {
    tracing.enterSpan("done", () => {});
    tracing.startActiveSpan("open", (span) => span.setAttribute("url.full", "https://a.test/?token=abc"));
  });
  const told = () => bodies.filter(({ url }) => url === URL).map(({ body }) => body);
  await pass(1);
  expect(told()).toHaveLength(1);
  const [root, done, open] = spansOf(told()[0] as string);
  expect([root?.name, done?.name, open?.name]).toEqual(["root", "done", "open"]);
  expect([root?.endTimeUnixNano, open?.endTimeUnixNano]).toEqual([0n, 0n]);
  expect(done?.endTimeUnixNano).toBeGreaterThanOrEqual(done?.startTimeUnixNano ?? 0n);
  expect(told()[0]).toContain("token=REDACTED");
  await pass(3);
  expect(told()).toHaveLength(1);
  await pass(1);
  expect(told()).toHaveLength(2);
  await pass(55 + 60);
  expect(told()).toHaveLength(5);
  await end();
  await pass(60);
  expect(told()).toHaveLength(5);
  const sent = bodies.filter(({ url }) => url.endsWith("/v1/traces")).flatMap(({ body }) => spansOf(body));
  expect(sent.map(({ spanId }) => spanId)).toEqual(spansOf(told()[0] as string).map(({ spanId }) => spanId));
  expect(sent.every(({ endTimeUnixNano }) => endTimeUnixNano > 0n)).toBe(true);
});

it.each([
  ["the receiver is another's", { inFlight: false }],
  ["the invocation is not sampled", { inFlight: true, traces: { headSamplingRate: 0 } }],
])("tells nothing where %s", async (_where, config) => {
  const { sleep, pass } = timers();
  const { runtime, bodies } = testRuntime(config, { sleep });
  const end = started(runtime);
  await pass(5);
  expect(bodies).toEqual([]);
  await end();
});

it("goes on telling a receiver that is away, and leaves one alone that does not want to know", async () => {
  const { sleep, pass } = timers();
  const urls: string[] = [];
  const answers = [0, 429, 500, 404];
  const post = async (url: string) => {
    urls.push(url);
    const status = answers.shift() ?? 200;
    if (status === 0) throw new Error("refused");
    return { status };
  };
  const { runtime } = testRuntime({ inFlight: true }, { sleep, post });
  const end = started(runtime);
  await pass(180);
  expect(urls).toEqual([URL, URL, URL, URL]);
  await end();
});

it("tells no more of much than fits into a request", async () => {
  const { sleep, pass } = timers();
  const { runtime, bodies } = testRuntime({ inFlight: true }, { sleep });
  const end = started(runtime, () => {
    for (let i = 0; i < 100; i++) tracing.startSpan("large").setAttribute("text", "x".repeat(60_000));
  });
  await pass(1);
  const [told] = bodies.map(({ body }) => body);
  expect(told?.length).toBeLessThan(1.01 * MAX_REQUEST_CHARACTERS);
  expect(spansOf(told as string).length).toBeGreaterThan(10);
  await end();
});
