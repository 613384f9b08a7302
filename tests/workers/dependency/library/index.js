// Stands for an npm package that makes spans of its own.
import { tracing } from "cloudflare:workers";

export const madeAtStartUp = tracing.enterSpan("start-up", (span) => span.isTraced);

export function compute(n) {
  return tracing.enterSpan("library.compute", (span) => {
    span.setAttribute("n", n);
    return n * 2;
  });
}
