// Handlers and their root spans (semantics.md, "Invocations and root spans"): each is an invocation, whose root says how it
// went. What runs beside and after them is tested in invocation.test.ts, on servers in tests/ and conformance/.
import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, test } from "vitest";
import { ALL } from "../instrument/bindings/all.ts";
import { Installation } from "../instrument/installation.ts";
import { instrumentWorker } from "../instrument/worker.ts";
import { tracing } from "../process.ts";
import { plain, testRuntime } from "../recorder.fixture.ts";

type Context = { waitUntil(promise: Promise<unknown>): void; tracing?: typeof tracing };
type Handler = (event: unknown, env: object, context: Context) => unknown;

/** Calls a Worker's handler, lets `receive` do with what it gave, and gives what was recorded. */
async function call(
  name: string,
  event: unknown,
  handler: Handler,
  receive: (value: unknown) => unknown = (value) => (value as Response | undefined)?.text(),
) {
  const { runtime, bodies } = testRuntime();
  const installation = new Installation(runtime, runtime.config, ALL);
  const worker = instrumentWorker(installation, { [name]: handler }) as Record<string, Handler>;
  const waiting: Promise<unknown>[] = [];
  const context: Context = { waitUntil: (promise) => void waiting.push(promise) };
  await Promise.resolve(worker[name]?.(event, {}, context))
    .then(receive)
    .catch(() => {});
  for (let i = 0; i < waiting.length; i++) await Promise.allSettled([waiting[i]]);
  const spans = bodies
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const root = spans.find(({ parentSpanId }) => parentSpanId === "");
  if (root === undefined) throw new Error("no root span was sent");
  const attributes = plain(root.attributes);
  return {
    spans: spans.map((span) => span.name),
    type: attributes["cloudflare.handler_type"],
    outcome: attributes["cloudflare.outcome"],
    status: root.status,
    exceptions: root.events.map((recorded) => plain(recorded.attributes)["exception.message"]),
    unfinished: spans.filter((span) => span.attributes.some(({ key }) => key === "enterspan.unfinished"))
      .length,
    forwarded: waiting,
  };
}

const request = (method = "GET") => new Request("http://worker.test/", { method });
const fetched = (handler: Handler, receive?: (value: unknown) => unknown, method?: string) =>
  call("fetch", request(method), handler, receive);

const UNSET = { code: 0, message: "" };

test.each<[string, unknown]>([
  ["fetch", request()],
  ["scheduled", { cron: "* * * * *", scheduledTime: 0 }],
  ["queue", { queue: "q", messages: [] }],
  ["email", { from: "a", to: "b", rawSize: 1 }],
  ["tail", []],
  ["connect", {}],
])("%s is an invocation, and its context has the API", async (name, event) => {
  const recorded = await call(name, event, (_event, _env, context) => {
    expect(context.tracing?.getActiveSpan()).toBe(tracing.getActiveSpan());
    context.tracing?.enterSpan("by the context", () => tracing.enterSpan("by the import", () => {}));
    return name === "fetch" ? new Response("ok") : undefined;
  });
  expect(recorded.spans.toSorted()).toEqual(
    [name === "fetch" ? "GET" : name, "by the context", "by the import"].toSorted(),
  );
  expect(recorded).toMatchObject({ type: name, outcome: "ok", status: UNSET, exceptions: [] });
});

test("what is given to waitUntil reaches the runtime, and is waited for where no span is active, too", async () => {
  let outside!: () => void;
  const isOutside = new Promise<void>((resolve) => {
    outside = resolve;
  });
  let waitUntil!: Context["waitUntil"];
  const given = isOutside.then(() => {
    waitUntil(new Promise((resolve) => void setTimeout(resolve, 5)).then(() => finish()));
  });
  let finish = () => {};
  const { unfinished, forwarded } = await fetched((_event, _env, context) => {
    waitUntil = context.waitUntil.bind(context);
    const span = tracing.startSpan("ends late");
    finish = () => span.end();
    context.waitUntil(given);
    setTimeout(outside, 1);
    return new Response("ok");
  });
  expect(unfinished).toBe(0);
  expect(forwarded.length).toBeGreaterThanOrEqual(3);
});

test.each<[name: string, event: unknown, outcome: string]>([
  ["fetch", request(), "ok"],
  ["scheduled", { cron: "* * * * *", scheduledTime: 0 }, "exception"],
  ["queue", { queue: "q", messages: [] }, "exception"],
])(
  "of what fails in waitUntil the root of a %s event tells, and its outcome",
  async (name, event, outcome) => {
    const root = await call(name, event, (_, __, context) => {
      context.waitUntil(Promise.reject(new Error("too late")));
      return new Response("sent");
    });
    expect(root).toMatchObject({
      outcome,
      status: { code: 2, message: "too late" },
      exceptions: ["too late"],
    });
  },
);

describe("the root of a request", () => {
  test.each([
    [200, 0],
    [404, 0],
    [499, 0],
    [500, 2],
    [503, 2],
  ])("of status %i has the status %i", async (status, code) => {
    const recorded = await fetched(() => new Response("", { status }));
    expect(recorded).toMatchObject({ outcome: "ok", status: { code, message: "" }, exceptions: [] });
  });

  test("keeps what the program says of it", async () => {
    const recorded = await fetched(() => {
      tracing.getActiveSpan()?.setStatus({ code: "ok" });
      return new Response("", { status: 500 });
    });
    expect(recorded.status).toEqual({ code: 1, message: "" });
  });

  test.each<[string, Handler, string]>([
    [
      "that throws",
      () => {
        throw new Error("thrown");
      },
      "thrown",
    ],
    ["that rejects", async () => Promise.reject(new Error("rejected")), "rejected"],
    ["that gives no response", () => ({}), "Incorrect type for Promise"],
    [
      "whose response was read already",
      async () => {
        const response = new Response("text");
        await response.text();
        return response;
      },
      "Body has already been used",
    ],
    ["whose response is an error", () => Response.error(), "The response is an error"],
    [
      "whose body breaks",
      () =>
        new Response(
          new ReadableStream({
            pull() {
              throw new Error("broken");
            },
          }),
        ),
      "broken",
    ],
  ])("%s fails by an exception", async (_how, handler, message) => {
    const recorded = await fetched(handler);
    expect(recorded).toMatchObject({
      outcome: "exception",
      status: { code: 2, message: expect.stringContaining(message) },
      exceptions: [expect.stringContaining(message)],
    });
  });

  const streaming: Handler = () => {
    const span = tracing.startSpan("streaming");
    let chunks = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => void setTimeout(resolve, 1));
          if (chunks++ < 3) return controller.enqueue(new Uint8Array(1));
          span.end();
          controller.close();
        },
      }),
    );
  };

  test("ends when its body has been sent", async () => {
    const { runtime, bodies } = testRuntime();
    const installation = new Installation(runtime, runtime.config, ALL);
    const worker = instrumentWorker(installation, { fetch: streaming }) as { fetch: Handler };
    const waiting: Promise<unknown>[] = [];
    const context: Context = { waitUntil: (promise) => void waiting.push(promise) };
    const response = (await worker.fetch(request(), {}, context)) as Response;
    expect(await response.bytes()).toHaveLength(3);
    await Promise.all(waiting);
    expect(bodies.map(({ body }) => body).join("")).not.toContain("enterspan.unfinished");
  });

  test.each([
    ["GET", "canceled"],
    ["HEAD", "ok"],
  ])("of %s whose client gives the body up is %s", async (method, outcome) => {
    const cancel = (value: unknown) => (value as Response).body?.cancel();
    expect((await fetched(streaming, cancel, method)).outcome).toBe(outcome);
  });
});
