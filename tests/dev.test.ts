// `enterspan dev` and `enterspan serve` from a user's side: what runs, what is printed, what is refused.
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  enterspan,
  enterspanDev,
  type RunningDev,
  readTrace,
  type Shape,
  shape,
  temporaryDir,
  traceWhere,
} from "./enterspan.fixture.ts";
import { freePort } from "./free-port.ts";

const WORKER = `import { tracing } from "cloudflare:workers";
export default {
  fetch(request) {
    return tracing.enterSpan("handle", async () => {
      console.log("hello from the worker");
      return new Response("first");
    });
  },
};
`;

const CONFIG = {
  name: "small",
  main: "index.js",
  compatibility_date: "2026-11-01",
  observability: { enabled: true, traces: { enabled: true } },
};

/** A project in a directory of its own: a Wrangler file and one module. */
async function project(config: object | string = CONFIG, file = "wrangler.jsonc", worker = WORKER) {
  const dir = await temporaryDir();
  await writeFile(join(dir.path, file), typeof config === "string" ? config : JSON.stringify(config));
  await writeFile(join(dir.path, "index.js"), worker);
  return { ...dir, config: join(dir.path, file) };
}

describe("a Worker under enterspan dev", () => {
  it("prints its URLs, its Worker's output, and a line with the trace's link for each request", async () => {
    await using dir = await project();
    const dev = await enterspanDev(dir.config);
    expect(await (await fetch(`${dev.url}/orders/42`)).text()).toBe("first");
    await dev.printed(/log +hello from the worker/);
    const [, link, traceId] = await dev.printed(/GET \/orders\/42 +200 .*(http:\S+\/traces\/([0-9a-f]{32}))/);
    expect(link).toBe(`${dev.collectorUrl}/traces/${traceId}`);
    // Spans and logs travel apart.
    await expect.poll(async () => (await readTrace(dev.collectorUrl, traceId as string)).logs.length).toBe(1);
    const trace = await readTrace(dev.collectorUrl, traceId as string);
    expect(shape(trace)).toEqual([["GET", ["handle"]]]);
    expect(trace.logs.map((log) => [log.body, log.spanId])).toEqual([
      [{ stringValue: "hello from the worker" }, trace.spans.find((span) => span.name === "handle")?.spanId],
    ]);
    expect(await dev.stop()).toBe(0);
  });

  it("keeps what it has stored over Ctrl-C and a restart, in .enterspan beside the Wrangler file", async () => {
    await using dir = await project();
    const first = await enterspanDev(dir.config);
    await fetch(first.url);
    const { traceId } = await traceWhere(first.collectorUrl, () => true);
    expect(await first.stop()).toBe(0);
    const second = await enterspanDev(dir.config);
    expect(shape(await readTrace(second.collectorUrl, traceId))).toEqual([["GET", ["handle"]]]);
    await second.stop();
    expect(await readFile(join(dir.path, ".enterspan/.gitignore"), "utf8")).toContain("*");
  });

  it("reloads on edits of the Worker and of its configuration", async () => {
    await using dir = await project();
    const dev = await enterspanDev(dir.config);
    expect(await (await fetch(dev.url)).text()).toBe("first");
    await writeFile(join(dir.path, "index.js"), WORKER.replace("first", "second"));
    await dev.printed(/Reloaded/);
    await expect.poll(async () => (await fetch(dev.url)).text()).toBe("second");

    await writeFile(dir.config, JSON.stringify({ ...CONFIG, name: "renamed" }));
    await expect
      .poll(async () => {
        await fetch(dev.url);
        const { traces } = (await (await fetch(`${dev.collectorUrl}/api/traces`)).json()) as {
          traces: { service: string }[];
        };
        return traces[0]?.service;
      })
      .toBe("renamed");

    await writeFile(join(dir.path, "index.js"), "export default {");
    await dev.printed(/Build failed[\s\S]*index\.js/);
    await dev.stop();
  });

  it("loses nothing of what has ended when it is edited or stopped in the next moment", async () => {
    await using dir = await project();
    const dev = await enterspanDev(dir.config);
    await fetch(`${dev.url}/before`);
    await writeFile(join(dir.path, "index.js"), WORKER.replace("first", "second"));
    await dev.printed(/Reloaded/);
    await dev.printed(/GET \/before +200/);
    await Promise.all(Array.from({ length: 20 }, (_, n) => fetch(`${dev.url}/last-${n}`)));
    expect(await dev.stop()).toBe(0);
    expect(dev.output().match(/GET \/last-\d+ +200/g)).toHaveLength(20);
  });

  it.each([
    ["wrangler.json", JSON.stringify(CONFIG)],
    ["wrangler.jsonc", `// a comment\n${JSON.stringify(CONFIG)}`],
    [
      "wrangler.toml",
      'name = "small"\nmain = "index.js"\ncompatibility_date = "2026-11-01"\n[observability.traces]\nenabled = true\n',
    ],
  ])("reads %s", async (file, text) => {
    await using dir = await project(text, file);
    const dev = await enterspanDev(dir.config);
    await fetch(dev.url);
    expect(shape(await traceWhere(dev.collectorUrl, () => true))).toEqual([["GET", ["handle"]]]);
    await dev.stop();
  });

  it("lets a named environment override, and says when tracing is off and how to turn it on", async () => {
    await using dir = await project({
      ...CONFIG,
      vars: { GREETING: "from the file" },
      env: { quiet: { observability: { traces: { enabled: false } } } },
    });
    const dev = await enterspanDev(dir.config, ["--env", "quiet"]);
    expect(await (await fetch(dev.url)).text()).toBe("first");
    await dev.printed(/Tracing is off .* "observability": \{ "traces": \{ "enabled": true \} \}/);
    await dev.stop();
  });

  it("reports to a backend that runs already", async () => {
    await using dir = await project();
    await using data = await temporaryDir();
    const serve = enterspan(["serve", "--port", "0", "--data", data.path]);
    const [, collectorUrl] = await serve.printed(/Explorer +(http:\S+)/);
    const dev = await enterspanDev(dir.config, ["--collector", collectorUrl as string]);
    await fetch(`${dev.url}/served`);
    expect(shape(await traceWhere(collectorUrl as string, () => true))).toEqual([["GET", ["handle"]]]);
    await serve.printed(/small +GET \/served +200/);
    await dev.stop();
    expect(await serve.stop()).toBe(0);
  });
});

describe("an edit of the Wrangler file", () => {
  it("that binds something gives its calls spans", async () => {
    const worker = "export default { fetch: async (_, env) => new Response(await env.KV?.get('key')) };";
    await using dir = await project(CONFIG, "wrangler.jsonc", worker);
    const dev = await enterspanDev(dir.config);
    await fetch(dev.url);
    const kv_namespaces = [{ binding: "KV", id: "kv" }];
    await writeFile(dir.config, JSON.stringify({ ...CONFIG, kv_namespaces }));
    await dev.printed(/Reloaded/);
    await fetch(dev.url);
    const trace = await traceWhere(dev.collectorUrl, ({ spanCount }) => spanCount > 1);
    expect(shape(trace)).toEqual([["GET", ["kv_get"]]]);
    await dev.stop();
  });

  it("that turns tracing off, or bundling, is followed and said; one that is invalid is told of once", async () => {
    await using dir = await project();
    const dev = await enterspanDev(dir.config);
    const edit = (change: object) => writeFile(dir.config, JSON.stringify({ ...CONFIG, ...change }));

    await edit({ name: "renamed" });
    await dev.printed(/Reloaded/);
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await fetch(`${dev.url}/after`, { headers: { traceparent } });
    await dev.printed(/^\S+ {2}GET \/after/m);

    await edit({ observability: { enabled: true } });
    await dev.printed(/Tracing is off for small\./);

    await edit({ no_bundle: true });
    await dev.printed(/small runs without traces: it is not bundled/);
    await expect.poll(async () => (await fetch(dev.url)).text()).toBe("first");

    await edit({ main: 7 });
    await dev.printed(/"main"/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(dev.errors().match(/"main"/g)).toHaveLength(1);
    expect(await dev.stop()).toBe(0);
  });
});

describe("what cannot work is refused in one line, with exit code 1", () => {
  const refused = async (args: string[], cwd?: string) => {
    const command = enterspan(args, cwd === undefined ? {} : { cwd });
    const code = await command.exited;
    const lines = command.errors().trim().split("\n");
    return { code, lines: lines.length, error: lines.at(-1) };
  };

  it("no Wrangler file", async () => {
    await using dir = await temporaryDir();
    expect(await refused(["dev"], dir.path)).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringContaining("wrangler.jsonc"),
    });
    expect(await refused(["dev", "--config", "other.json"], dir.path)).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringContaining("other.json does not exist"),
    });
  });

  it.each([
    ["malformed JSON", '{ "name": "x", ', "wrangler.jsonc"],
    ["a missing main", JSON.stringify({ ...CONFIG, main: "gone.js" }), "gone.js"],
    [
      "a rate above 1",
      JSON.stringify({ ...CONFIG, observability: { traces: { enabled: true, head_sampling_rate: 2 } } }),
      "traces.head_sampling_rate",
    ],
    [
      "a rate that is no number",
      JSON.stringify({ ...CONFIG, observability: { head_sampling_rate: "half" } }),
      "head_sampling_rate",
    ],
    [
      "a flag that takes away what tracing needs",
      JSON.stringify({ ...CONFIG, compatibility_flags: ["no_nodejs_als"] }),
      "no_nodejs_als",
    ],
  ])("%s", async (_what, config, culprit) => {
    await using dir = await project(config);
    expect(
      await refused(["dev", "--config", dir.config, "--port", "0", "--collector-port", "0"]),
    ).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringContaining(culprit),
    });
  });

  it("a port that is taken", async () => {
    await using dir = await project();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const taken = { code: 1, lines: 1, error: expect.stringContaining(String(port)) };
    expect(await refused(["dev", "--config", dir.config, "--port", `${port}`])).toMatchObject(taken);
    expect(
      await refused(["dev", "--config", dir.config, "--port", "0", "--collector-port", `${port}`]),
    ).toMatchObject(taken);
    expect(await refused(["serve", "--port", `${port}`, "--data", dir.path])).toMatchObject(taken);
    server.close();
  });

  it("a Worker that throws as it starts", async () => {
    await using dir = await project(CONFIG, "wrangler.jsonc", `throw new Error("boom");\n${WORKER}`);
    expect(
      await refused(["dev", "--config", dir.config, "--port", "0", "--collector-port", "0"]),
    ).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringMatching(/does not start: Uncaught Error: boom$/),
    });
  });

  it("a Worker that does not build, after what wrangler says of it", async () => {
    await using dir = await project(CONFIG, "wrangler.jsonc", "export default {");
    const dev = enterspan(["dev", "--config", dir.config, "--port", "0", "--collector-port", "0"]);
    expect(await dev.exited).toBe(1);
    expect(dev.errors()).toMatch(/index\.js[\s\S]*small does not build/);
  });

  it("one port for both the Worker and the explorer", async () => {
    await using dir = await project();
    const port = String(await freePort());
    expect(
      await refused(["dev", "--config", dir.config, "--port", port, "--collector-port", port]),
    ).toMatchObject({ code: 1, lines: 1, error: expect.stringContaining(`both ${port}`) });
  });

  it("a data directory that another process has open", async () => {
    await using dir = await temporaryDir();
    const first = enterspan(["serve", "--port", "0", "--data", dir.path]);
    await first.printed(/Explorer/);
    expect(await refused(["serve", "--port", "0", "--data", dir.path])).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringContaining(String(first.child.pid)),
    });
    await first.stop();
  });

  it("a flag that is none", async () => {
    expect((await refused(["dev", "--port", "eighty"])).code).toBe(1);
    expect((await refused(["dev", "--collector", "notaurl"])).code).toBe(1);
    expect(await refused(["dev", "--config", "."])).toMatchObject({
      code: 1,
      lines: 1,
      error: expect.stringContaining("is no Wrangler file"),
    });
  });
});

describe("Workers that know nothing of us run unharmed", () => {
  const workers = join(import.meta.dirname, "workers");
  let dev: RunningDev;
  const start = (name: string) => {
    beforeAll(async () => {
      const dir = await temporaryDir();
      dev = await enterspanDev(join(workers, name, "wrangler.jsonc"), ["--data", dir.path]);
      return async () => {
        await dev.stop();
        await dir[Symbol.asyncDispose]();
      };
    });
  };

  describe("a Hono application", () => {
    start("hono");

    it("answers, streams, waits and fails as ever, each request traced", async () => {
      const hello = await fetch(`${dev.url}/hello/ada`);
      expect([hello.headers.get("x-served-by"), await hello.json()]).toEqual(["hono", { hello: "ada" }]);
      expect(await (await fetch(`${dev.url}/echo`, { method: "POST", body: "say" })).text()).toBe("say");
      expect(await (await fetch(`${dev.url}/stream`)).text()).toBe("one two three ");
      expect(await (await fetch(`${dev.url}/wait`)).text()).toBe("later");
      const forbidden = await fetch(`${dev.url}/forbidden`);
      expect([forbidden.status, await forbidden.text()]).toEqual([403, "not you"]);
      expect((await fetch(`${dev.url}/broken`)).status).toBe(500);
      const trace = await traceWhere(dev.collectorUrl, ({ rootName }) => rootName === "GET /broken");
      expect(trace.spans[0]).toMatchObject({ name: "GET", status: { code: 2 } });
    });
  });

  describe("Durable Objects, RPC and a class as default export", () => {
    start("objects");

    it("keep pipelining, callbacks and the runtime's own errors", async () => {
      const plain = await (await fetch(dev.url)).json();
      expect(plain).toMatchObject({ pipelined: 5, greeting: "hello you", called: 30 });
      expect(await (await fetch(`${dev.url}/missing`)).json()).toMatchObject({
        missing: expect.stringContaining("nope"),
      });
      const trace = await traceWhere(dev.collectorUrl, ({ rootName }) => rootName === "GET /");
      // Spans of one millisecond come in any order.
      const sorted = ([name, ...children]: Shape): Shape => [
        name,
        ...children.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      ];
      const over = (...answered: Shape[]): Shape => ["jsRpcSession", ["jsRpcCall", ...answered]];
      const storage: Shape[] = [["durable_object_storage_get"], ["durable_object_storage_put"]];
      // What is called on what a call will give is a call of its own, and one that comes back too.
      const expected: Shape[] = [
        [
          "GET",
          [
            "handle",
            ["durable_object_subrequest", over(["rpc", ["jsRpcCall", ...storage, ["in the object"]]])],
            ["durable_object_subrequest", over(["jsRpcCall"], ["rpc", ["jsRpcCall"], ["jsRpcCall"]])],
            over(["rpc", ["jsRpcCall"]]),
            over(["jsRpcCall"], ["rpc", ["jsRpcCall"]], ["jsRpcCall"]),
          ],
        ],
      ];
      await expect
        .poll(async () => shape(await readTrace(dev.collectorUrl, trace.traceId)).map(sorted))
        .toEqual(expected.map(sorted));
    });
  });

  describe("a dependency that calls tracing", () => {
    start("dependency");

    it("makes its spans in the Worker's trace, and none at start-up", async () => {
      expect(await (await fetch(dev.url)).json()).toEqual({ result: 42, madeAtStartUp: false });
      const trace = await traceWhere(dev.collectorUrl, () => true);
      expect(shape(trace)).toEqual([["GET", ["library.compute"]]]);
    });
  });
});
