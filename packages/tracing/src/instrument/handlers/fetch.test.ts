// What a handler's response makes of its root span, where it is none that can be sent, none that ends, or where something
// fails after it. What runtimes do with such responses is tested in conformance/.
import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, it } from "vitest";
import { tracing } from "../../process.ts";
import { plain, testRuntime } from "../../recorder.fixture.ts";
import { runFetch } from "./fetch.ts";
import { activeLifetime, fail, type Lifetime } from "./lifetime.ts";
import { HANDLERS_OBJECT } from "./receiver.ts";

async function respond(handler: (waitUntil: (promise: Promise<unknown>) => void) => Response) {
  const { runtime, bodies } = testRuntime();
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  const event = new Request("http://worker.test/");
  const delivery = { name: "fetch", event, context, receiver: HANDLERS_OBJECT };
  const response = await runFetch(runtime, delivery, () => handler((promise) => context.waitUntil(promise)));
  return {
    response,
    async root() {
      await Promise.allSettled(waiting);
      const [root] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
      return {
        outcome: plain(root?.attributes ?? [])["cloudflare.outcome"],
        message: root?.status.message,
        exceptions: root?.events.length,
        status: plain(root?.attributes ?? [])["http.response.status_code"],
      };
    },
  };
}

it.each<[what: string, spoil: (response: Response) => unknown]>([
  ["been read", (response) => response.text()],
  ["been given up", (response) => response.body?.cancel()],
  ["a reader", (response) => response.body?.getReader()],
])("a response whose body has %s is an exception, and is left to the runtime to refuse", async (_, spoil) => {
  const spoilt = new Response("text");
  spoil(spoilt);
  const { response, root } = await respond(() => spoilt);
  expect(response).toBe(spoilt);
  expect(await root()).toEqual({
    outcome: "exception",
    message: "Body has already been used. It can only be used once.",
    exceptions: 1,
  });
});

it("a response that was made of an error is none of the program's", async () => {
  const { response, root } = await respond(() => {
    fail(activeLifetime() as Lifetime, new RangeError("thrown"));
    return new Response("Internal error", { status: 500 });
  });
  expect(response.status).toBe(500);
  expect(await root()).toEqual({ outcome: "exception", message: "thrown", exceptions: 1 });
});

it("a response that opens a WebSocket ends the event, and stays what it is", async () => {
  const upgraded = Object.defineProperty(new Response(new ReadableStream()), "status", { value: 101 });
  const { response, root } = await respond(() => upgraded);
  expect(response).toBe(upgraded);
  expect(await root()).toEqual({ outcome: "ok", message: "", exceptions: 0, status: 101 });
});

it("a Response of another class than the runtime's is one all the same", async () => {
  const foreign = { [Symbol.toStringTag]: "Response", status: 201, headers: new Headers(), body: null };
  const { response, root } = await respond(() => foreign as unknown as Response);
  expect(response).toBe(foreign);
  expect(await root()).toEqual({ outcome: "ok", message: "", exceptions: 0, status: 201 });
});

it("what fails after the response fails the root, not the outcome", async () => {
  const { response, root } = await respond((waitUntil) => {
    waitUntil(Promise.reject(new RangeError("too late")));
    return new Response("text");
  });
  expect(await response.text()).toBe("text");
  expect(await root()).toEqual({ outcome: "ok", message: "too late", exceptions: 1, status: 200 });
});

it("a body that is made as it is read is made in the event, whoever reads it", async () => {
  let active: unknown;
  let root: unknown;
  const { response } = await respond(() => {
    root = tracing.getActiveSpan();
    return new Response(
      new ReadableStream(
        {
          pull(controller) {
            active = tracing.getActiveSpan();
            controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
    );
  });
  await response.text();
  expect(root).toBeDefined();
  expect(active).toBe(root);
});

describe("a caller that goes away before it is answered", () => {
  function ask(
    given: { isCloudflare?: boolean; id?: object; signal?: unknown },
    handler: (waitUntil: (promise: Promise<unknown>) => void) => Response | Promise<Response>,
  ) {
    const { isCloudflare = true, id, signal } = given;
    const { runtime, bodies } = testRuntime({}, { isCloudflare });
    const leaving = new AbortController();
    const waiting: Promise<unknown>[] = [];
    const context = { id, waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
    const event = Object.defineProperty(new Request("http://worker.test/"), "signal", {
      value: signal ?? leaving.signal,
    });
    const delivery = { name: "fetch", event, context, receiver: HANDLERS_OBJECT };
    const answered = runFetch(runtime, delivery, () => handler((promise) => context.waitUntil(promise)));
    return {
      answered,
      leave: () => leaving.abort(),
      async outcomes() {
        await Promise.all(waiting);
        return bodies.map(({ body }) => {
          const [root] = decodeTracesJson(body).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
          return plain(root?.attributes ?? [])["cloudflare.outcome"];
        });
      },
    };
  }
  const never = () => new Promise<Response>(() => {});

  it("cancels the event on workerd, which stops the handler", async () => {
    const { leave, outcomes } = ask({}, never);
    leave();
    expect(await outcomes()).toEqual(["canceled"]);
  });

  it.each([
    ["another runtime", { isCloudflare: false }],
    ["an object", { id: {} }],
  ])("does not end the event of %s, which goes on", async (_, given) => {
    const { leave, outcomes } = ask(given, never);
    leave();
    expect(await outcomes()).toEqual([]);
  });

  it("changes nothing where the handler has returned", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { answered, leave, outcomes } = ask({}, (waitUntil) => {
      waitUntil(promise);
      return new Response(null);
    });
    await answered;
    leave();
    resolve();
    expect(await outcomes()).toEqual(["ok"]);
  });

  it("is not looked for in a request whose signal is none", async () => {
    const { answered, outcomes } = ask({ signal: {} }, () => new Response(null));
    expect((await answered).status).toBe(200);
    expect(await outcomes()).toEqual(["ok"]);
  });
});
