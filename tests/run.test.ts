// `enterspan run` from a user's side: a Worker on Node, real requests, traces read back from the backend.
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  enterspan,
  type RunningCommand,
  type RunningDev,
  readTrace,
  shape,
  temporaryDir,
  traceWhere,
} from "./enterspan.fixture.ts";

const CONFIG = {
  name: "small",
  main: "src/index.ts",
  compatibility_date: "2026-11-01",
  observability: { enabled: true, traces: { enabled: true } },
};

/** A directory with these files. */
async function project(files: Record<string, string | Uint8Array>) {
  const dir = await temporaryDir();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir.path, path)), { recursive: true });
    await writeFile(join(dir.path, path), content);
  }
  return dir;
}

/** A Worker of one module with the usual Wrangler file. */
const worker = (source: string, config: object = {}) =>
  project({ "wrangler.jsonc": JSON.stringify({ ...CONFIG, ...config }), "src/index.ts": source });

/** What a test that fails leaves running. */
const started: RunningCommand[] = [];
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.child.kill("SIGKILL");
    await command.exited;
  }
});

/** `enterspan run` on free ports, up and running. */
async function run(cwd: string, args: string[] = []): Promise<RunningDev> {
  const command = enterspan(["run", "--port", "0", "--collector-port", "0", ...args], { cwd });
  started.push(command);
  const [, url] = await command.printed(/Worker +(http:\S+)/);
  const [, collectorUrl] = await command.printed(/Explorer +(http:\S+)/);
  return { ...command, url: url as string, collectorUrl: collectorUrl as string };
}

const json = async (url: string, init?: RequestInit) => (await fetch(url, init)).json();

/** Attributes of a trace's root span. */
async function rootOf(collectorUrl: string, name: string) {
  const { spans } = await traceWhere(collectorUrl, (trace) => trace.rootName.startsWith(name));
  const root = spans.find((span) => span.parentSpanId === "") ?? spans[0];
  const attributes = Object.fromEntries(
    (root?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
  );
  return { ...root, spans, attributes };
}

describe("a Worker under enterspan run", () => {
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

describe("bindings", () => {
  const SHOW = `import { env as imported, withEnv } from "cloudflare:workers";
const early = { ...imported };
export default {
  fetch: (request, env) => Response.json({ early, env, imported, replaced: withEnv({ X: 1 }, () => ({ ...imported })) }),
};`;

  it("are variables of the Wrangler file, of .dev.vars and of --var, without workerd", async () => {
    await using dir = await project({
      "wrangler.jsonc": JSON.stringify({
        ...CONFIG,
        vars: { A: "file", B: "file", C: "file", J: { x: 1 } },
        env: { other: { vars: { A: "other" } } },
      }),
      ".dev.vars": "B=secret\nC=secret\n",
      "src/index.ts": SHOW,
    });
    const running = await run(dir.path, ["--var", "C:flag"]);
    const env = { A: "file", B: "secret", C: "flag", J: { x: 1 } };
    expect(await json(running.url)).toEqual({ early: env, env, imported: env, replaced: { X: 1 } });
    const children = execFileSync("ps", ["-o", "comm=", "--ppid", String(running.child.pid)], {
      encoding: "utf8",
    });
    expect(children).not.toContain("workerd");
    await running.stop();

    const other = await run(dir.path, ["--env", "other"]);
    expect(await json(other.url)).toMatchObject({ env: { A: "other" } });
    await other.stop();
  });

  it("to classes of the Worker's own say what they need, when they are called, without workerd", async () => {
    await using dir = await worker(
      `export default {
  async fetch(request, env) {
    const failure = async (act) => act().catch(({ code, message }) => [code, message]);
    return Response.json([
      JSON.stringify(env),
      await failure(async () => env.OBJECT.getByName("a")),
      await failure(async () => (await env.FLOW).create()),
    ]);
  },
};`,
      {
        durable_objects: { bindings: [{ name: "OBJECT", class_name: "Counter" }] },
        migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }],
        workflows: [{ binding: "FLOW", name: "flow", class_name: "Flow" }],
        vars: { A: "a" },
      },
    );
    const running = await run(dir.path);
    const needs = (what: string) =>
      expect.stringMatching(new RegExp(`^env\\.${what}, which only workerd makes\\. Run .+enterspan dev`));
    expect(await json(running.url)).toEqual([
      '{"A":"a","OBJECT":{},"FLOW":{}}',
      [
        "ERR_ONLY_ON_WORKERD",
        needs("OBJECT\\.getByName\\(\\) needs an instance of the Worker's own Counter"),
      ],
      ["ERR_ONLY_ON_WORKERD", needs("FLOW\\.create\\(\\) needs an instance of the Worker's own Flow")],
    ]);
    await running.stop();
  });

  it("of the Wrangler file work, and KV, D1, R2 and queues have spans", async () => {
    await using dir = await worker(
      `export default {
  async fetch(request, { KV, DB, BUCKET, QUEUE }) {
    const { size } = await BUCKET.put("key", "value");
    const upload = await BUCKET.createMultipartUpload("parts");
    await BUCKET.resumeMultipartUpload("parts", upload.uploadId).abort();
    const { metadata } = await QUEUE.send({ a: 1 });
    await KV.put("key", "value");
    await DB.batch([DB.prepare("CREATE TABLE t (a)"), DB.prepare("INSERT INTO t VALUES (?)").bind(1)]);
    const { results } = await DB.withSession().prepare("SELECT a FROM t").all();
    const object = await BUCKET.get("key");
    await caches.default.match(request);
    return Response.json([await KV.get("key"), await object.text(), size, Object.keys(metadata), results, typeof request.cf]);
  },
};`,
      {
        kv_namespaces: [{ binding: "KV", id: "kv" }],
        d1_databases: [{ binding: "DB", database_name: "db", database_id: "db" }],
        r2_buckets: [{ binding: "BUCKET", bucket_name: "bucket" }],
        queues: { producers: [{ binding: "QUEUE", queue: "queue" }] },
      },
    );
    const running = await run(dir.path);
    expect(await json(running.url)).toEqual(["value", "value", 5, ["metrics"], [{ a: 1 }], "object"]);
    const trace = await traceWhere(running.collectorUrl, () => true);
    expect(shape(trace)).toEqual([
      [
        "GET",
        ["r2_put"],
        ["r2_createMultipartUpload"],
        ["r2_abortMultipartUpload"],
        ["queue_send"],
        ["kv_put"],
        ["d1_batch"],
        ["d1_all"],
        ["r2_get"],
        ["cache_match"],
        ["kv_get"],
      ],
    ]);
    expect(await running.stop()).toBe(0);
  });

  it.each([
    ["an object", "export default { B: 2, greet: () => 'hi' }", { A: "file", B: 2 }],
    ["a function", "export default async (vars) => ({ B: vars.A + '!' })", { A: "file", B: "file!" }],
  ])("can be given by a module: %s", async (_, module, env) => {
    await using dir = await project({
      "wrangler.jsonc": JSON.stringify({
        ...CONFIG,
        vars: { A: "file" },
        kv_namespaces: [{ binding: "KV", id: "kv" }],
      }),
      "src/index.ts": SHOW,
      "env.ts": module,
    });
    const running = await run(dir.path, ["--env-module", "env.ts"]);
    expect(await json(running.url)).toMatchObject({ early: env, env, imported: env });
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

describe("failures", () => {
  const FAILING = `async function fail(what: string): Promise<never> {
  throw new Error(what);
}
export default {
  async fetch(request: Request, env: unknown, ctx: ExecutionContext) {
    const { pathname } = new URL(request.url);
    if (pathname === "/pass") ctx.passThroughOnException();
    if (pathname === "/read") {
      ctx.passThroughOnException();
      await request.text();
    }
    if (pathname === "/rejection") void fail("nobody waits");
    else if (pathname === "/uncaught") setTimeout(() => { throw new Error("nobody catches"); });
    else if (pathname === "/later") ctx.waitUntil(fail("too late"));
    else if (pathname === "/nothing") return undefined;
    else if (pathname === "/used") {
      const response = new Response("x");
      await response.text();
      return response;
    }
    else if (pathname !== "/") await fail("broken");
    return new Response("fine");
  },
};`;

  it("of a handler are answered with 500 and told once, with the user's stack", async () => {
    await using dir = await worker(FAILING);
    const running = await run(dir.path);
    const response = await fetch(`${running.url}/x`);
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
    await running.printed(
      /error {2}GET \/x: Error: broken\n +at fail \(\S+\/src\/index\.ts:2:9\)\n +at \S+ \(\S+index\.ts:21/,
    );
    expect(running.errors().match(/broken/g)).toHaveLength(1);
    expect(running.errors()).not.toMatch(/node:internal|enterspan\/dist/);
    const { attributes, status } = await rootOf(running.collectorUrl, "GET /x");
    expect([attributes["cloudflare.outcome"], status?.code]).toEqual(["exception", 2]);

    expect((await fetch(`${running.url}/nothing`)).status).toBe(500);
    await running.printed(/GET \/nothing: TypeError: The fetch handler gave undefined, not a Response/);

    expect((await fetch(`${running.url}/used`)).status).toBe(500);
    await running.printed(/GET \/used: the response: TypeError: Its body has been read already, .+\n$/);
    const used = await rootOf(running.collectorUrl, "GET /used");
    expect([used.attributes["cloudflare.outcome"], used.status?.code]).toEqual(["exception", 2]);
    expect(used.attributes).not.toHaveProperty("http.response.status_code");
    await running.stop();
  });

  it("of a handler go to the origin where it asked for that", async () => {
    const seen: string[] = [];
    const origin = createServer(async (request: IncomingMessage, response) => {
      const body = (await request.toArray()).join("");
      seen.push(`${request.method} ${request.headers.host} ${request.url} ${body}`);
      response.end("from the origin");
    }).listen(0, "127.0.0.1");
    await once(origin, "listening");
    const host = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
    await using dir = await worker(FAILING);
    const running = await run(dir.path, ["--origin", `http://${host}`]);
    const answer = async (path: string) => {
      const response = await fetch(running.url + path, { method: "POST", body: "hello" });
      return [response.status, await response.text()];
    };
    expect(await answer("/pass?a=1")).toEqual([200, "from the origin"]);
    expect(seen).toEqual([`POST ${host} /pass?a=1 hello`]);
    expect(await answer("/read")).toEqual([502, expect.stringContaining("has read the request's body")]);
    origin.closeAllConnections();
    origin.close();
    await once(origin, "close");
    expect(await answer("/pass")).toEqual([502, expect.stringContaining("cannot be reached")]);
    await running.stop();

    const without = await run(dir.path);
    expect((await fetch(`${without.url}/pass`)).status).toBe(502);
    expect(await (await fetch(`${without.url}/pass`)).text()).toContain("--origin URL");
    await without.stop();
  });

  it("that nobody caught are told, with the user's stack, and end nothing", async () => {
    await using dir = await worker(FAILING);
    const running = await run(dir.path);
    for (const [path, told] of [
      ["/rejection", /unhandled rejection: Error: nobody waits\n +at fail \(\S+\/src\/index\.ts:2:9\)/],
      ["/uncaught", /uncaught exception: Error: nobody catches\n +at .*\/src\/index\.ts:13/],
      ["/later", /waitUntil: Error: too late\n +at fail \(\S+\/src\/index\.ts:2:9\)/],
    ] as const) {
      expect(await (await fetch(running.url + path)).text()).toBe("fine");
      await running.printed(told);
    }
    expect(await (await fetch(running.url)).text()).toBe("fine");
    expect(await running.stop()).toBe(0);
  });

  it.each<[what: string, files: Record<string, string>, args: string[], told: RegExp]>([
    [
      "throws when it is started",
      { "a.ts": "\nconst read = (): never => { throw new Error('no key'); };\nread();" },
      ["a.ts"],
      /error {2}\S+\/a\.ts failed when it was started:\n\nError: no key\n +at read \(\S+\/a\.ts:2:35\)/,
    ],
    ["does not build", { "a.ts": "export default {" }, ["a.ts"], /does not build:[\s\S]*a\.ts:1:16/],
    [
      "has no default export",
      { "a.ts": "export const a = 1;" },
      ["a.ts"],
      /a\.ts has no default export\. Export one/,
    ],
    [
      "has no handlers",
      { "a.ts": "export default {}" },
      ["a.ts"],
      /none of the handlers fetch, scheduled, queue, email/,
    ],
    [
      "imports a package that is not there",
      { "a.ts": 'import "@no/where/else";' },
      ["a.ts"],
      /Could not resolve "@no\/where\/else"[\s\S]+\n {2}Is it installed\? npm install @no\/where\n$/,
    ],
    [
      "imports a file that is not there",
      { "a.ts": 'import "./nowhere";' },
      ["a.ts"],
      /Could not resolve ".\/nowhere"[^?]+$/,
    ],
    [
      "imports what only workerd has",
      { "a.ts": 'import "cloudflare:x";' },
      ["a.ts"],
      /"cloudflare:x" is part of workerd/,
    ],
    ["is not there", {}, ["a.ts"], /a\.ts does not exist/],
    [
      "is not named",
      {},
      [],
      /There is no Wrangler file in \S+\. Name the Worker's module: enterspan run src\/index\.ts/,
    ],
    ["has a bad Wrangler file", { "wrangler.jsonc": '{ "name": 1 }' }, [], /wrangler\.jsonc: .*"name"/],
    [
      "has an env module that gives nothing",
      { "a.ts": "export default { fetch() {} }", "e.ts": "" },
      ["a.ts", "--env-module", "e.ts"],
      /e\.ts gives no env/,
    ],
    [
      "has an env module that throws",
      {
        "a.ts": "export default { fetch() {} }",
        "e.ts": "\nexport default (): never => { throw new Error('no key'); };",
      },
      ["a.ts", "--env-module", "e.ts"],
      /error {2}\S+\/e\.ts failed when it was asked for the env:\n\nError: no key\n +at \S+ \(\S+\/e\.ts:2:37\)/,
    ],
    [
      "is a directory",
      { "src/a.ts": "" },
      ["src"],
      /src is a directory\. Name the module in it, such as \S+\/src\/index\.ts/,
    ],
    [
      "has a Wrangler file with a mistake",
      { "wrangler.jsonc": '{\n  "name": "x",\n  "main": src\n}' },
      [],
      /wrangler\.jsonc:3:11: InvalidSymbol/,
    ],
    [
      "has an environment and no Wrangler file",
      { "a.ts": "export default { fetch() {} }" },
      ["a.ts", "--env", "prod"],
      /error {2}--env prod names an environment of a Wrangler file, and there is none in \S+\.\n$/,
    ],
    [
      "is a service worker",
      { "a.ts": 'addEventListener("fetch", () => {});' },
      ["a.ts"],
      /a\.ts calls addEventListener, .+ service workers do not run on Node\. Export .+: export default \{ fetch/,
    ],
  ])("of a Worker that %s are said in words", async (_, files, args, told) => {
    await using dir = await project(files);
    const command = enterspan(["run", "--port", "0", "--collector-port", "0", ...args], { cwd: dir.path });
    started.push(command);
    expect(await command.exited).toBe(1);
    expect(command.errors()).toMatch(told);
    expect(command.errors()).not.toMatch(/node:internal|enterspan\/dist|commander/);
  });

  it("of a Worker that does not come to its end are said while it is waited for", async () => {
    await using dir = await project({
      "a.ts": "await new Promise(() => {}); export default { fetch() {} };",
      "e.ts": "export default () => new Promise((resolve) => process.once('SIGUSR2', () => resolve({})));",
    });
    const args = ["run", "a.ts", "--port", "0", "--collector-port", "0", "--env-module", "e.ts"];
    const command = enterspan(args, { cwd: dir.path });
    started.push(command);
    await command.printed(/\/e\.ts has not given the env yet, after 5 seconds/);
    command.child.kill("SIGUSR2");
    await command.printed(/\/a\.ts has not started yet, after 5 seconds: .*top-level await/);
  });

  it("of a port that is taken is said in words", async () => {
    await using dir = await worker(FAILING);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const command = enterspan(["run", "--port", String(port), "--collector-port", "0"], { cwd: dir.path });
    expect(await command.exited).toBe(1);
    expect(command.errors()).toBe(
      `error  Port ${port} is taken by another program. Choose another with --port PORT, or any free one with --port 0.\n`,
    );
    taken.close();
  });
});

describe("local routes", () => {
  const EVENTS = `export default {
  fetch: () => new Response("the Worker's own"),
  scheduled({ cron, scheduledTime }, env, ctx) {
    if (cron === "bad") throw new Error("no time");
    if (cron === "late") ctx.waitUntil(scheduler.wait(1).then(() => ctx.waitUntil(Promise.reject(new Error("too late")))));
    console.log("scheduled", cron, scheduledTime);
  },
  queue(batch, env, ctx) {
    if (batch.queue === "late") ctx.waitUntil(Promise.reject(new Error("too late")));
    if (batch.queue === "all") batch.ackAll();
    if (batch.queue === "none") batch.retryAll({ delaySeconds: 5 });
    for (const message of batch.messages) {
      if (message.body === "ack") message.ack();
      if (message.body === "retry") message.retry({ delaySeconds: message.attempts });
      if (message.body === "both") { message.ack(); message.retry(); }
      if (message.body === "date") console.log("sent", message.timestamp.toISOString());
    }
    if (batch.queue === "broken") throw new Error("no queue");
  },
};`;
  const CRON = "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=1790000000000";

  it("start scheduled handlers", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path);
    const response = await fetch(running.url + CRON);
    expect([response.status, await response.text()]).toEqual([200, "ok"]);
    await running.printed(/scheduled \* \* \* \* \* 1790000000000/);
    const { attributes } = await rootOf(running.collectorUrl, "scheduled");
    expect(attributes).toMatchObject({ "faas.trigger": "timer", "faas.cron": "* * * * *" });
    const bad = await fetch(`${running.url}/cdn-cgi/handler/scheduled?cron=bad`);
    expect([bad.status, await bad.text()]).toEqual([500, "exception"]);
    const late = await fetch(`${running.url}/cdn-cgi/handler/scheduled?cron=late`);
    expect([late.status, await late.text()]).toEqual([500, "exception"]);
    expect((await fetch(`${running.url}/cdn-cgi/handler/scheduled?time=soon`)).status).toBe(400);
    await running.stop();
  });

  it("deliver batches of messages, and tell what became of each", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path);
    const deliver = async (queue: string, bodies: unknown[], more: object = {}) =>
      json(`${running.url}/cdn-cgi/handler/queue`, {
        method: "POST",
        body: JSON.stringify({
          queue,
          messages: bodies.map((body, at) => ({ id: `m${at}`, body, ...more })),
        }),
      });
    const all = ["ack", "retry", "both", { other: true }];
    expect(await deliver("plain", all, { attempts: 3 })).toEqual({
      outcome: "ok",
      acks: ["m0", "m2", "m3"],
      retries: [{ id: "m1", delaySeconds: 3 }],
    });
    const { attributes } = await rootOf(running.collectorUrl, "queue");
    expect(attributes).toMatchObject({ "faas.trigger": "pubsub", "cloudflare.queue.batch_size": "4" });
    expect(await deliver("none", all)).toEqual({
      outcome: "ok",
      acks: ["m0", "m2"],
      retries: [
        { id: "m1", delaySeconds: 1 },
        { id: "m3", delaySeconds: 5 },
      ],
    });
    expect(await deliver("all", all)).toMatchObject({ acks: ["m0", "m2", "m3"], retries: [{ id: "m1" }] });
    for (const queue of ["broken", "late"])
      expect(await deliver(queue, all)).toEqual({
        outcome: "exception",
        acks: ["m0", "m2"],
        retries: [{ id: "m1", delaySeconds: 1 }, { id: "m3" }],
      });
    await deliver("plain", ["date"], { timestamp: "2026-11-23T00:00:00Z" });
    await running.printed(/sent 2026-11-23T00:00:00\.000Z/);
    const refused = await fetch(`${running.url}/cdn-cgi/handler/queue`, {
      method: "POST",
      body: '{"queue":"q"}',
    });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('"messages" must be'),
    ]);
    await running.stop();
  });

  it("hand over email, and tell what was done with it", async () => {
    await using dir = await worker(`import { EmailMessage } from "cloudflare:email";
export default {
  async email(message) {
    const text = await new Response(message.raw).text();
    if (text.includes("broken")) throw new Error("no email");
    if (text.includes("spam")) return message.setReject(message.headers.get("subject"));
    await message.forward("c@example.com", new Headers({ "x-size": String(message.rawSize === text.length) }));
    await message.reply(new EmailMessage(message.to, message.from, "thanks"));
  },
};`);
    const running = await run(dir.path);
    const send = (text: string, query = "?from=a@example.com&to=b@example.com") =>
      fetch(`${running.url}/cdn-cgi/handler/email${query}`, {
        method: "POST",
        body: `Subject: a long\r\n  subject\r\nTo: b@example.com\r\n\r\n${text}`,
      });
    expect(await (await send("hello")).json()).toEqual({
      outcome: "ok",
      forwarded: [{ to: "c@example.com", headers: { "x-size": "true" } }],
      replies: [{ from: "b@example.com", to: "a@example.com" }],
    });
    expect(await (await send("spam")).json()).toMatchObject({ outcome: "ok", rejected: "a long subject" });
    expect(await (await send("broken")).json()).toMatchObject({ outcome: "exception" });
    await running.printed(/error {2}\/cdn-cgi\/handler\/email: Error: no email/);
    expect((await send("hello", "?from=a@example.com")).status).toBe(400);
    const { attributes } = await rootOf(running.collectorUrl, "email");
    expect(attributes).toMatchObject({ "cloudflare.email.to": "b@example.com" });
    await running.stop();
  });

  it("are there for nobody else", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path, ["--host", "0.0.0.0"]);
    const get = async (headers: string, address = "127.0.0.1") => {
      const socket = connect(Number(new URL(running.url).port), address);
      socket.write(`GET ${CRON} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
      return (await socket.toArray()).join("");
    };
    expect(await get("Host: localhost:8787\r\n")).toMatch(/\r\n\r\nok$/);
    for (const headers of [
      "Host: example.com\r\n",
      "Host: 127.evil.example\r\n",
      "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n",
      "Host: localhost\r\nForwarded: for=192.0.2.1\r\n",
      "Host: localhost\r\nCF-Connecting-IP: 192.0.2.1\r\n",
      "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ]) {
      expect(await get(headers), headers).toMatch(/the Worker's own$/);
    }
    // Of this machine, but not as one reaches it from here alone.
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === "IPv4" && !at.internal);
    if (outer !== undefined) {
      expect(await get("Host: localhost\r\n", outer.address)).toMatch(/the Worker's own$/);
    }
    await running.stop();
  });

  it("say what a Worker has no handler for", async () => {
    await using dir = await worker("export default { async queue() {} }");
    const running = await run(dir.path);
    for (const path of ["/", "/cdn-cgi/handler/scheduled"]) {
      const response = await fetch(running.url + path);
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringMatching(/^This Worker has no \w+ handler/),
      ]);
    }
    await running.stop();
  });
});

describe("stopping", () => {
  const SLOW = `let release;
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const gate = new Promise((resolve) => process.once("SIGUSR2", resolve));
    console.log("asked", pathname);
    if (pathname === "/slow") await gate;
    else ctx.waitUntil(gate.then(() => console.log("late work done")));
    return new Response("done");
  },
};`;

  it("lets requests and waitUntil finish, stores their traces, and exits with 0", async () => {
    await using dir = await worker(SLOW);
    const running = await run(dir.path);
    await (await fetch(`${running.url}/background`)).text();
    const slow = fetch(`${running.url}/slow`);
    await running.printed(/asked \/slow/);
    running.child.kill("SIGTERM");
    await running.printed(/Stopping/);
    const more = connect(Number(new URL(running.url).port), "127.0.0.1");
    await expect(once(more, "connect")).rejects.toThrow("ECONNREFUSED");
    running.child.kill("SIGUSR2");
    expect(await (await slow).text()).toBe("done");
    expect(await running.exited).toBe(0);
    expect(running.output()).toMatch(/late work done/);
    expect(running.output()).toMatch(/GET \/slow +200/);
    expect(running.output()).toMatch(/GET \/background +200/);
  });

  it("waits no longer where it is told to stop again", async () => {
    await using dir = await worker(SLOW);
    const running = await run(dir.path);
    const slow = fetch(`${running.url}/slow`).catch(() => "cut off");
    await running.printed(/asked \/slow/);
    running.child.kill("SIGTERM");
    await running.printed(/Stopping/);
    // One Ctrl-C may arrive twice within a second.
    const again = setInterval(() => running.child.kill("SIGTERM"), 300);
    expect(await running.exited).toBe(130);
    clearInterval(again);
    expect(await slow).toBe("cut off");
  });
});

it("keeps what its bindings store beside the Wrangler file, from wherever it is started", async () => {
  await using dir = await worker(
    `export default { fetch: async (_, { KV }) => new Response(await KV.put("key", "value")) };`,
    { kv_namespaces: [{ binding: "KV", id: "kv" }] },
  );
  await using elsewhere = await temporaryDir();
  const running = await run(elsewhere.path, ["--config", join(dir.path, "wrangler.jsonc")]);
  await fetch(running.url);
  await running.stop();
  expect(await readdir(join(dir.path, ".wrangler/state/v3"))).toContain("kv");
  expect(await readdir(elsewhere.path)).toEqual([]);
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

// Globally, or by npx.
it("finds the project's @opentelemetry/api where enterspan is installed apart from the project, or asks for it", async () => {
  const root = join(import.meta.dirname, "..");
  await using apart = await temporaryDir();
  const modules = join(apart.path, "node_modules");
  await mkdir(join(modules, "@enterspan"), { recursive: true });
  for (const [name, from, parts] of [
    ["enterspan", "packages/enterspan", ["package.json", "bin", "dist"]],
    ["@enterspan/tracing", "packages/tracing", ["package.json", "dist"]],
  ] as const) {
    for (const part of parts)
      await cp(join(root, from, part), join(modules, name, part), { recursive: true });
  }
  await symlink(join(root, "packages/backend"), join(modules, "@enterspan/backend"));
  await symlink(join(root, "packages/explorer"), join(modules, "@enterspan/explorer"));
  for (const name of ["commander", "esbuild"]) {
    const places = ["packages/enterspan", "."].map((dir) => join(root, dir, "node_modules", name));
    await symlink(places.find((path) => existsSync(path)) as string, join(modules, name));
  }
  await using dir = await project({
    "a.ts": `import { registerOpenTelemetry } from "@enterspan/tracing/otel";
registerOpenTelemetry();
console.log("registered");
process.exit(0);
export default { fetch() {} };`,
  });
  const runApart = () =>
    spawnSync(
      process.execPath,
      [join(modules, "enterspan/bin/enterspan.js"), "run", "a.ts", "--port", "0", "--collector-port", "0"],
      { cwd: dir.path, encoding: "utf8" },
    );
  expect(runApart()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /a\.ts did not start: @opentelemetry\/api is not found.+ npm install @opentelemetry\/api\./,
    ),
  });
  await mkdir(join(dir.path, "node_modules/@opentelemetry"), { recursive: true });
  const api = "node_modules/@opentelemetry/api";
  await symlink(join(root, api), join(dir.path, api));
  expect(runApart()).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("registered") });
});
