// Before each file of tests: fast-check begins at the seed, if there is one, and asserts as often as RUNS says.
import fc from "fast-check";
import { vi } from "vitest";
import { RUNS, SEED } from "./chance.ts";

if (SEED !== undefined) fc.configureGlobal({ seed: SEED });

// A number that a property gives itself goes before the global one, so that only `assert` can multiply it.
if (RUNS !== 1) {
  const longer = {
    ...fc,
    assert: ((property, { numRuns = 100, ...rest } = {}) =>
      fc.assert(property, { ...rest, numRuns: numRuns * RUNS })) as typeof fc.assert,
  };
  vi.doMock("fast-check", () => ({ ...longer, default: longer }));
}
