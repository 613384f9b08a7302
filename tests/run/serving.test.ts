// `enterspan run` serves a Worker on Node: imports and globals, what a handler leaves behind, traces continued.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { enterspan, readTrace, shape, traceWhere } from "../enterspan.fixture.ts";
import { CONFIG, json, project, rootOf, run, worker } from "./run.fixture.ts";

describe("a Worker under enterspan run", () => {
  it("may answer with a Response of a library's own", async () => {
    await using dir = await worker(`class Foreign {
  [Symbol.toStringTag] = "Response";
  status = 201;
  statusText = "Made";
  headers = new Map([["x-of", "a library"]]);
  constructor(body) { this.body = body; }
}
export default {
  fetch: ({ url }) => new Foreign(url.endsWith("/streamed") ? new Blob(["streamed"]).stream() : null),
};`);
    const running = await run(dir.path);
    for (const [path, text] of [
      ["/streamed", "streamed"],
      ["/empty", ""],
    ]) {
      const response = await fetch(running.url + path);
      expect([response.status, response.headers.get("x-of"), await response.text()]).toEqual([
        201,
        "a library",
        text,
      ]);
      const { attributes } = await rootOf(running.collectorUrl, `GET ${path}`);
      expect([attributes["cloudflare.outcome"], attributes["http.response.status_code"]]).toEqual([
        "ok",
        "201",
      ]);
    }
    await running.stop();
  });

  it("prints its URLs, its Worker's output, and a line with the trace's link for each request", async () => {
    await using dir = await worker(`import { tracing } from "cloudflare:workers";
export default {
  fetch(request, env, ctx) {
    return tracing.enterSpan("handle", () => {
      console.log("hello from the worker");
      return Response.json({ same: ctx.tracing === tracing, url: request.url });
    });
  },
};`);
    const running = await run(dir.path);
    expect(await json(`${running.url}/orders/42`)).toEqual({ same: true, url: `${running.url}/orders/42` });
    await running.printed(/hello from the worker/);
    const [, link, traceId] = await running.printed(
      /GET \/orders\/42 +200 .*(http:\S+\/traces\/([0-9a-f]{32}))/,
    );
    expect(link).toBe(`${running.collectorUrl}/traces/${traceId}`);
    const trace = await readTrace(running.collectorUrl, traceId as string);
    expect(shape(trace)).toEqual([["GET", ["handle"]]]);
    expect(await running.stop()).toBe(0);
    expect(running.errors()).toBe("");
  });

  it("is built of TypeScript, text, bytes and WebAssembly, and finds packages by Node", async () => {
    // (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    const wasm = Uint8Array.from(
      atob("AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABags="),
      (character) => character.charCodeAt(0),
    );
    await using dir = await project({
      "wrangler.jsonc": JSON.stringify({ ...CONFIG, rules: [{ type: "Text", globs: ["**/*.md"] }] }),
      "src/index.ts": `import { Kind } from "./kind";
import data from "./data.json";
import page from "./page.html";
import notes from "./notes.md";
import bytes from "./bytes.bin";
import add from "./add.wasm";
import esm, { tracing } from "esm-package";
import cjs from "cjs-package";
import { tracing as own } from "cloudflare:workers";
export default {
  async fetch() {
    const { exports } = await WebAssembly.instantiate(add);
    const { late } = await import("./late");
    return Response.json({
      kind: Kind.B, data, page, notes, bytes: [bytes instanceof ArrayBuffer, bytes.byteLength],
      sum: exports.add(2, 3), esm, cjs, same: tracing === own, late,
    });
  },
};`,
      "src/kind.ts": "export enum Kind { A, B }",
      "src/late.ts": 'export const late = "late";',
      "src/data.json": '{ "a": 1 }',
      "src/page.html": "<p>",
      "src/notes.md": "# notes",
      "src/bytes.bin": new Uint8Array(3),
      "src/add.wasm": wasm,
      "node_modules/esm-package/package.json":
        '{ "name": "esm-package", "type": "module", "main": "index.js" }',
      "node_modules/esm-package/index.js":
        'export { tracing } from "cloudflare:workers"; export default import.meta.url;',
      // Found from src alone, not from where the bundle lies.
      "src/node_modules/cjs-package/package.json": '{ "name": "cjs-package" }',
      "src/node_modules/cjs-package/index.js": "module.exports = __filename;",
    });
    const running = await run(dir.path);
    expect(await json(running.url)).toEqual({
      kind: 1,
      data: { a: 1 },
      page: "<p>",
      notes: "# notes",
      bytes: [true, 3],
      sum: 5,
      esm: expect.stringMatching(/node_modules\/esm-package\/index\.js$/),
      cjs: expect.stringMatching(/src\/node_modules\/cjs-package\/index\.js$/),
      same: true,
      late: "late",
    });
    await running.stop();
  });

  it("finds the globals of Workers, and sends requests on as Workers do", async () => {
    const origin = createServer(async (request: IncomingMessage, response) => {
      response.end(`${request.headers.host} ${request.headers["x-a"]} ${(await request.toArray()).join("")}`);
    }).listen(0, "127.0.0.1");
    await once(origin, "listening");
    const host = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
    await using dir = await worker(`const failure = (act) => {
  try {
    act();
  } catch (error) {
    return error.code;
  }
};
export default {
  async fetch(request, { ORIGIN }) {
    if (new URL(request.url).pathname === "/stream") {
      return fetch(new Request(ORIGIN, { method: "POST", headers: request.headers, body: request.body }));
    }
    if (request.headers.has("upgrade")) return fetch(new Request(ORIGIN, request));
    if (request.method === "POST") return fetch(new Request(ORIGIN, request));
    await scheduler.wait(1);
    const passed = (stream, ...chunks) => {
      const writer = stream.writable.getWriter();
      const written = [...chunks.map((chunk) => writer.write(chunk)), writer.close()];
      return Promise.all([new Response(stream.readable).text(), ...written]).then(([text]) => text, String);
    };
    const ab = new TextEncoder().encode("ab");
    return Response.json([
      await scheduler.wait(9000, { signal: AbortSignal.abort("a reason") }).catch((reason) => reason),
      await passed(new IdentityTransformStream(), ab, ab.buffer),
      await passed(new FixedLengthStream(4), ab, ab.subarray(1), ab.subarray(1)),
      await passed(new FixedLengthStream(3), ab, ab),
      await passed(new FixedLengthStream(3n), ab),
      await caches.default.match(request) === undefined,
      crypto.subtle.timingSafeEqual(new Uint8Array(2), new ArrayBuffer(2)),
      failure(() => new WebSocketPair()),
      failure(() => new HTMLRewriter()),
      request instanceof Request,
      request.headers.get("upgrade"),
    ]);
  },
};`);
    const running = await run(dir.path, ["--var", `ORIGIN:http://${host}`]);
    const post = async (path: string) =>
      (await fetch(running.url + path, { method: "POST", headers: { "x-a": "1" }, body: "hello" })).text();
    expect(await post("/")).toBe(`${host} 1 hello`);
    expect(await post("/stream")).toBe(`${host} 1 hello`);
    const only = "ERR_ONLY_ON_WORKERD";
    const tooMany = "TypeError: Attempt to write too many bytes through a FixedLengthStream.";
    const tooFew = "TypeError: FixedLengthStream did not see all expected bytes before close().";
    const streams = ["abab", "abbb", tooMany, tooFew];
    expect(await json(running.url)).toEqual(["a reason", ...streams, true, true, only, only, true, null]);
    const socket = connect(Number(new URL(running.url).port), "127.0.0.1");
    socket.write(
      "GET / HTTP/1.1\r\nHost: a\r\nX-A: 2\r\nUpgrade: websocket\r\nConnection: close, upgrade\r\n\r\n",
    );
    expect((await socket.toArray()).join("")).toContain(`${host} 2 `);

    const trace = await traceWhere(running.collectorUrl, ({ rootName }) => rootName === "POST /stream");
    expect(shape(trace)).toEqual([["POST", ["fetch"]]]);
    await running.stop();
    origin.close();
  });

  it("may be a class, or a module that is named, without a Wrangler file", async () => {
    await using dir = await project({
      "package.json": '{ "name": "from-the-package" }',
      "app.ts": `import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  fetch(request) {
    return Response.json([this.env.GREETING, this.ctx.props, request.cf === undefined]);
  }
}`,
    });
    const running = await run(dir.path, ["app.ts", "--var", "GREETING:hello"]);
    expect(await json(running.url)).toEqual(["hello", {}, true]);
    const trace = await traceWhere(running.collectorUrl, () => true);
    expect(shape(trace)).toEqual([["GET"]]);
    await running.printed(/from-the-package, app\.ts/);
    await running.stop();
  });
});

describe("what a handler leaves behind", () => {
  it("keeps the root span open: waitUntil, of the context or imported, and a streamed body", async () => {
    await using dir = await worker(`import { tracing, waitUntil } from "cloudflare:workers";
let finish;
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/finish") return new Response(String(finish()));
    const gate = new Promise((resolve) => (finish = resolve));
    const later = () => gate.then(() => tracing.enterSpan("later", () => {}));
    if (pathname === "/context") ctx.waitUntil(later());
    if (pathname === "/imported") waitUntil(later());
    if (pathname !== "/stream") return new Response("early");
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await later();
          controller.enqueue(new TextEncoder().encode("late"));
          controller.close();
        },
      }, { highWaterMark: 0 }),
    );
  },
};`);
    const running = await run(dir.path);
    for (const path of ["/context", "/imported", "/stream"]) {
      const response = await fetch(running.url + path);
      await fetch(`${running.url}/finish`);
      expect(await response.text()).toBe(path === "/stream" ? "late" : "early");
      const { spans, attributes } = await rootOf(running.collectorUrl, `GET ${path}`);
      expect(shape({ spans })).toEqual([["GET", ["later"]]]);
      expect(attributes["cloudflare.outcome"]).toBe("ok");
      const [root, later] = spans;
      expect(BigInt(root?.endTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(BigInt(later?.endTimeUnixNano ?? 1));
    }
    await running.stop();
  });

  it("is canceled with its client", async () => {
    await using dir = await worker(`export default {
  fetch(request) {
    request.signal.addEventListener("abort", () => console.log("aborted"));
    return new Response(new ReadableStream({ cancel: () => console.log("given up") }));
  },
};`);
    const running = await run(dir.path);
    const controller = new AbortController();
    await fetch(running.url, { signal: controller.signal });
    controller.abort();
    await running.printed(/aborted/);
    await running.printed(/given up/);
    const { attributes } = await rootOf(running.collectorUrl, "GET");
    expect(attributes["cloudflare.outcome"]).toBe("canceled");
    await running.stop();
    expect(running.errors()).toBe("");
  });
});

it("continues or links a caller's trace, and sends none to targets that are excluded", async () => {
  const arrived: (string | undefined)[] = [];
  const upstream = createServer((request, response) => {
    arrived.push(request.headers.traceparent as string | undefined);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  await using dir = await worker(
    `export default { fetch: () => fetch("http://127.0.0.1:${port}/").then(() => new Response()) };`,
  );
  const headers = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
  const continuing = await run(dir.path);
  await fetch(continuing.url, { headers });
  const continued = await traceWhere(continuing.collectorUrl, () => true);
  expect(continued.spans[0]?.traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  await continuing.stop();

  const linking = await run(dir.path, ["--trace-context", "link", "--exclude-target", "127.0.0.1"]);
  await fetch(linking.url, { headers });
  const linked = await traceWhere(
    linking.collectorUrl,
    (trace) => trace.traceId !== continued.spans[0]?.traceId,
  );
  expect(linked.spans.find(({ parentSpanId }) => parentSpanId === "")?.links).toMatchObject([
    { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" },
  ]);
  await linking.stop();
  expect(arrived).toEqual([expect.stringMatching(/^00-4bf92f35/), undefined]);
  upstream.close();
});

it("reports to a backend that runs already", async () => {
  await using dir = await worker("export default { fetch: () => new Response() }");
  const serve = enterspan(["serve", "--port", "0", "--data", join(dir.path, "data")]);
  const [, collectorUrl] = await serve.printed(/Explorer +(http:\S+)/);
  const running = await run(dir.path, ["--collector", collectorUrl as string, "--name", "renamed"]);
  await fetch(running.url);
  const { resources } = await traceWhere(collectorUrl as string, () => true);
  expect(JSON.stringify(resources)).toContain("renamed");
  await running.stop();
  await serve.stop();
});
