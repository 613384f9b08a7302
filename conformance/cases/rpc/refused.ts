// Calls of what is not there and of what is no method, each in a span of its own.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class Refusing extends WorkerEntrypoint {
  get value(): number {
    return 1;
  }
}

type Stub = Record<"missing" | "value", (...args: unknown[]) => Promise<never>>;

const asked = (name: string, call: () => Promise<unknown>) =>
  tracing.enterSpan(name, () => attemptAsync(async () => call()));

export default {
  async fetch(_request, env) {
    const refusing = env.SERVICE as unknown as Stub;
    return Response.json([
      await asked("not there", () => refusing.missing()),
      await asked("no method", () => refusing.value()),
    ]);
  },
} satisfies ExportedHandler<Env>;
