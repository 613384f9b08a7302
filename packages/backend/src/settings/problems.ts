// What a schema found wrong with settings, in words.
import type { z } from "zod";

/** One line for a reader, up to three problems. */
export function problemsOf(error: z.ZodError): string {
  const problems = error.issues.slice(0, 3).map(({ path, message }) => {
    return path.length > 0 ? `${path.join(".")}: ${message}` : message;
  });
  return `${problems.join("; ")}.`;
}
