// Methods that throw and reject, each called in a span of its own.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class Failing extends WorkerEntrypoint {
  throws(): never {
    throw new RangeError("thrown by the service");
  }
  async rejects(): Promise<never> {
    throw new SyntaxError("rejected by the service");
  }
}

const asked = (name: string, call: () => Promise<unknown>) =>
  tracing.enterSpan(name, () => attemptAsync(async () => call()));

export default {
  async fetch(_request, env) {
    const failing = env.SERVICE as unknown as Service<Failing>;
    return Response.json([
      await asked("throws", () => failing.throws()),
      await asked("rejects", () => failing.rejects()),
    ]);
  },
} satisfies ExportedHandler<Env>;
