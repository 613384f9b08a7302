// The class that stands for a default export under `enterspan dev`: what it lets out is told, and it passes for the one
// that it is.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import { plain, testRuntime } from "../recorder.fixture.ts";
import { DurableObject, WorkerEntrypoint } from "../workers/entrypoints.ts";
import { ALL } from "./bindings/all.ts";
import { tellingClass } from "./default-class.ts";
import { Installation } from "./installation.ts";
import { instrumentWorker } from "./worker.ts";

const request = () => new Request("http://worker.test/path");

/** As wrangler's own class does, which stands above: it makes an answer of the error. */
async function answered(
  Exported: new (context: object, env: object) => { fetch(request: Request): unknown },
) {
  const { runtime, bodies } = testRuntime();
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  const installation = new Installation(runtime, runtime.config, ALL);
  class Above extends (tellingClass(instrumentWorker(installation, Exported, "")) as typeof Exported) {
    override async fetch(asked: Request): Promise<Response> {
      try {
        return (await super.fetch(asked)) as Response;
      } catch (error) {
        return new Response(String(error), { status: 500 });
      }
    }
  }
  const response = (await new Above(context, {}).fetch(request())) as Response;
  for (let i = 0; i < waiting.length; i++) await waiting[i];
  const [root] = bodies.flatMap(({ body }) =>
    decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    ),
  );
  const attributes = plain(root?.attributes ?? []);
  return {
    answer: await response.text(),
    outcome: attributes["cloudflare.outcome"],
    status: attributes["http.response.status_code"],
    message: root?.status.message,
  };
}

it.each([
  [
    "throws",
    () => {
      throw new RangeError("no more");
    },
  ],
  [
    "rejects",
    async () => {
      throw new RangeError("no more");
    },
  ],
])("an error that a handler %s is the root's, though an answer is made of it", async (_, fetch) => {
  class Failing extends WorkerEntrypoint {
    fetch(_request: Request): unknown {
      return fetch();
    }
  }
  expect(await answered(Failing as never)).toEqual({
    answer: "RangeError: no more",
    outcome: "exception",
    // Of the answer that is made of it.
    status: undefined,
    message: "no more",
  });
});

it("what is answered is no error", async () => {
  class Fine extends WorkerEntrypoint {
    fetch(_request: Request): unknown {
      return new Response("fine");
    }
  }
  expect(await answered(Fine as never)).toEqual({
    answer: "fine",
    outcome: "ok",
    status: 200,
    message: "",
  });
});

it("it has the name of the class", () => {
  class Named extends WorkerEntrypoint {
    fetch() {}
  }
  const telling = tellingClass(Named) as typeof Named;
  expect(telling.name).toBe("Named");
  expect(telling.prototype).toBeInstanceOf(Named);
});

it.each([
  ["an object", {}],
  ["a function", () => {}],
  ["a class that has no fetch", class extends WorkerEntrypoint {}],
  [
    "a Durable Object's",
    class extends DurableObject {
      fetch() {}
    },
  ],
])("%s is left as it is", (_, exported) => {
  expect(tellingClass(exported)).toBe(exported);
});
