// What the tracing package adds to a Worker, and what a browser loads for the explorer, minified and gzipped. The
// READMEs name these figures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const dist = join(import.meta.dirname, "../packages/tracing/dist");

/** As `enterspan dev` writes it. */
const entryFor = (...instrumentations: string[]) =>
  `import "./hosts/workerd-sockets.js";
  export { waitUntil } from "./hosts/workerd-workers.js";
  import { ${["install", "instrumentModule", ...instrumentations].join(", ")} } from "./hosts/workerd.js";
  const installation = install(undefined, {}, { ${instrumentations.map((name) => `...${name}`).join(", ")} });
  export default instrumentModule(installation, {});`;

it.each([
  ["the API alone", 'export * from "./process.js"', 3_500],
  ["with all instrumentation", 'export * from "./index.js"', 31_290],
  ["in a Worker that enterspan dev runs, which binds nothing", entryFor("email"), 24_610],
  ["the same with KV and D1, as the demo's", entryFor("email", "kv", "d1"), 26_200],
])("%s", async (_what, contents, limit) => {
  expect(gzipSync(await minified(contents), { level: 9 }).length).toBeLessThanOrEqual(limit);
});

it("leaves the class of spans its name", async () => {
  const code = Buffer.from(await minified('export { tracing } from "./process.js"')).toString("base64");
  const { tracing } = await import(`data:text/javascript;base64,${code}`);
  expect(tracing.Span.name).toBe("Span");
});

it("loads the explorer's first view with at most 250 kB of JavaScript", () => {
  // What is loaded when it is first asked for (other views, the sheet of keys) is in files of its own.
  const dist = join(import.meta.dirname, "../packages/explorer/dist");
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path as string);
  const sizes = scripts.map((name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(250_000);
});

async function minified(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dist },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    external: ["node:*", "cloudflare:*"],
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
