// Makes each call in a span of its name, and tells what it gave: the errors of storage are the runtime's on every host.
import { tracing } from "cloudflare:workers";

export type Calls = Record<string, () => unknown>;

export async function callEach(calls: Calls): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(calls)) {
    results[name] = await tracing.enterSpan(name, async () => {
      try {
        return (await call()) ?? null;
      } catch (error) {
        return error instanceof Error ? `${error.name}: ${error.message}` : error;
      }
    });
  }
  return results;
}
