// Connections by TCP: of Hyperdrive, and of a binding to a Worker.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, { HYPERDRIVE }) {
    const calls: Record<string, () => unknown> = {
      hyperdrive: () => HYPERDRIVE.connect().opened,
      facts: () => [HYPERDRIVE.database, HYPERDRIVE.user, Object.keys(HYPERDRIVE)],
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
