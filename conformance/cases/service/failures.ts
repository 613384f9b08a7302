// A service that throws, one that answers 500, and requests that are never sent.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class Failing extends WorkerEntrypoint {
  override fetch(request: Request): Response {
    if (request.url.endsWith("/throw")) throw new RangeError("thrown by the service");
    return new Response("broken", { status: 500 });
  }
}

const asked = (name: string, call: () => Promise<Response>) =>
  tracing.enterSpan(name, () => attemptAsync(async () => (await call()).text()));

export default {
  async fetch(_request, env) {
    return Response.json([
      await asked("status", () => env.SERVICE.fetch("http://failing/status")),
      await asked("throws", () => env.SERVICE.fetch("http://failing/throw")),
      await asked("no URL", () => env.SERVICE.fetch("failing")),
    ]);
  },
} satisfies ExportedHandler<Env>;
