// `@enterspan/tracing/testing/vitest`: importing it, in a test or as one of `setupFiles`, gives Vitest's `expect` the
// matchers, with their types, and shows traces in snapshots as trees.
import { expect } from "vitest";
import { type SpanMatchers, spanMatchers } from "./matchers.ts";
import { traceSerializer } from "./serializer.ts";

declare module "vitest" {
  // The type parameters must be those of Vitest's own declaration.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends SpanMatchers<R> {}
}

expect.extend(spanMatchers);
expect.addSnapshotSerializer(traceSerializer);
