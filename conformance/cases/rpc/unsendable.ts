// A call with an argument that cannot be sent: the callee never hears of it.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class Taking extends WorkerEntrypoint {
  takes(_what: unknown): void {}
}

interface Stub {
  takes(what: unknown): Promise<never>;
}

export default {
  async fetch(_request, env) {
    const taking = env.SERVICE as unknown as Stub;
    const call = async () => taking.takes(Symbol("s"));
    return Response.json(await tracing.enterSpan("unsendable", () => attemptAsync(call)));
  },
} satisfies ExportedHandler<Env>;
