// Our types and those of `@cloudflare/workers-types` are one: a value of either goes where the other is asked for.
import type { Span as TheirSpan, Tracing as TheirTracing } from "@cloudflare/workers-types";
import { expectTypeOf, it } from "vitest";
import type { Span, Tracing } from "./api.ts";

it("assigns both ways", () => {
  expectTypeOf<Tracing>().toExtend<TheirTracing>();
  expectTypeOf<TheirTracing>().toExtend<Tracing>();
  expectTypeOf<Span>().toExtend<TheirSpan>();
  expectTypeOf<TheirSpan>().toExtend<Span>();
});
