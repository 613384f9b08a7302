// Names of classes and functions in bundles: what a program sees of its own is the same with tracing as without, whether
// the bundler keeps names, as wrangler's does (`keep_names`), or leaves them as they come out.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const WORKER = join(import.meta.dirname, "workers/names/src/index.ts");
const run = promisify(execFile);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "enterspan-names-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Bundling {
  minify: boolean;
  keepNames: boolean;
}

async function seen(isTraced: boolean, bundling: Bundling): Promise<Record<string, unknown>> {
  const outfile = join(dir, `${JSON.stringify({ isTraced, ...bundling })}.mjs`);
  await build({
    entryPoints: [WORKER],
    outfile,
    define: { TRACED: String(isTraced) },
    alias: { "cloudflare:workers": "@enterspan/tracing/workers" },
    bundle: true,
    ...bundling,
    format: "esm",
    target: "es2024",
    conditions: ["node"],
    external: ["node:*"],
  });
  const { stdout } = await run(process.execPath, [outfile]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

it.each<Bundling>([
  { minify: true, keepNames: true },
  { minify: false, keepNames: true },
  { minify: false, keepNames: false },
])("a program sees the same as without tracing: %o", async (bundling) => {
  const [traced, plain] = await Promise.all([seen(true, bundling), seen(false, bundling)]);
  expect(traced).toEqual(plain);
});

it("names that are kept are those that were written", async () => {
  expect(await seen(true, { minify: true, keepNames: true })).toMatchObject({
    counter: ["Counter", 1, 3, "Counter"],
    methods: [
      ["constructor", "Counter", 1],
      ["fetch", "fetch", 1],
      ["increment", "increment", 1],
    ],
    api: ["Api", "greet", 1],
    store: ["Store", "get", 2],
    error: ["RangeError", "OutOfStock", "RangeError: nothing left"],
    entered: ["named", "Span"],
  });
});
