// Unit tests stand beside the code; whole-system tests in tests/ and conformance/ run against the built packages.
import { defineConfig } from "vitest/config";

const source = ["@enterspan/source"];

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
          include: ["packages/*/src/**/*.test.{ts,tsx}"],
          environment: "node",
          // A million spans take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["tests/**/*.test.ts", "conformance/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
