// Default exports of every legal form run as they would alone, and are traced where that is possible.
import { describe, expect, it } from "vitest";
import { testRuntime } from "../recorder.fixture.ts";
import { instrumentWorker } from "./worker.ts";

type Fetching = { fetch(request: Request, env: object, context: object): Promise<Response> };

const request = () => new Request("http://worker.test/path");

async function serve(worker: unknown) {
  const { runtime, bodies } = testRuntime();
  const wrapped = instrumentWorker(runtime, worker) as Fetching;
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  const response = await wrapped.fetch(request(), {}, context);
  await Promise.all(waiting);
  return {
    text: await response.text(),
    traces: bodies.filter(({ url }) => url.endsWith("/v1/traces")).length,
  };
}

const hello = () => new Response("hello");

describe("an object of handlers", () => {
  it.each<[string, unknown]>([
    ["plain", { fetch: hello }],
    ["frozen", Object.freeze({ fetch: hello })],
    [
      "with a getter",
      {
        get fetch() {
          return hello;
        },
      },
    ],
    ["with an inherited handler", Object.create({ fetch: hello })],
    [
      "whose handler uses `this`",
      {
        text: "hello",
        fetch(this: { text: string }) {
          return new Response(this.text);
        },
      },
    ],
  ])("%s", async (_what, worker) => {
    expect(await serve(worker)).toEqual({ text: "hello", traces: 1 });
  });

  it("is left as it is", async () => {
    const worker = { fetch: hello };
    await serve(worker);
    expect(worker.fetch).toBe(hello);
  });
});

describe("a class", () => {
  async function serveClass(entrypoint: new (...args: never[]) => { fetch(request: unknown): unknown }) {
    const { runtime, bodies } = testRuntime();
    const waiting: Promise<unknown>[] = [];
    const Wrapped = instrumentWorker(runtime, entrypoint);
    expect(Wrapped).toBe(entrypoint);
    const instance = new Wrapped();
    Object.assign(instance, {
      env: {},
      ctx: { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) },
    });
    const response = (await instance.fetch(request())) as Response;
    await Promise.all(waiting);
    return {
      text: await response.text(),
      traces: bodies.filter(({ url }) => url.endsWith("/v1/traces")).length,
    };
  }

  it("may call its own handler: that is no event", async () => {
    class Recursive {
      fetch(asked: unknown): unknown {
        return typeof asked === "string" ? new Response(asked) : this.fetch("hello");
      }
    }
    expect(await serveClass(Recursive)).toEqual({ text: "hello", traces: 1 });
  });

  it("that is frozen runs without traces", async () => {
    class Frozen {
      fetch(): unknown {
        return hello();
      }
    }
    Object.freeze(Frozen.prototype);
    expect(await serveClass(Frozen)).toEqual({ text: "hello", traces: 0 });
  });
});
