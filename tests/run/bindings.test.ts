// What `env` holds under `enterspan run`, and where its bindings store.
import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shape, temporaryDir, traceWhere } from "../enterspan.fixture.ts";
import { CONFIG, json, project, run, worker } from "./run.fixture.ts";

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
