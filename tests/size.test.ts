// What the tracing package adds to a Worker, minified and gzipped. The README names these figures.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const dist = join(import.meta.dirname, "../packages/tracing/dist");

it.each([
  ["the API alone", "process.js", 3_000],
  ["with all instrumentation", "index.js", 11_000],
])("%s: %s within %i bytes", async (_what, file, limit) => {
  const { outputFiles } = await build({
    entryPoints: [join(dist, file)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    external: ["node:*"],
  });
  expect(gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length).toBeLessThanOrEqual(
    limit,
  );
});
