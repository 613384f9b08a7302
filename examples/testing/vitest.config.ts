// Vitest resolves the Worker's import of `cloudflare:workers` to the stand-in.
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "cloudflare:workers": "@enterspan/tracing/workers" } },
  test: { include: ["**/*.vitest.ts"], setupFiles: ["@enterspan/tracing/testing/vitest"] },
});
