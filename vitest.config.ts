// Unit tests stand beside the code; whole-system tests in tests/ and conformance/ run against the built packages.
import { defineConfig } from "vitest/config";
import { RUNS } from "./tests/chance.ts";

const source = ["@enterspan/source"];

/** What is polled for comes at once but on a busy machine, where Vitest's second is too short. */
const expectations = { poll: { timeout: 30_000 } };

const setupFiles = ["tests/properties.setup.ts"];

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    // CI reads the counts from a file.
    reporters: process.env.VITEST_REPORT
      ? ["default", ["json", { outputFile: process.env.VITEST_REPORT }]]
      : ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          expect: expectations,
          include: ["packages/*/src/**/*.test.{ts,tsx}"],
          environment: "node",
          setupFiles,
          // A million spans take their time on a busy machine. Only what hangs takes longer.
          testTimeout: 120_000 * RUNS,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "system",
          expect: expectations,
          include: ["tests/**/*.test.ts", "conformance/**/*.test.ts"],
          setupFiles,
          testTimeout: 120_000 * RUNS,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
