// Connections by TCP to the database that Hyperdrive stands for.
import { connect } from "cloudflare:sockets";
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, { HYPERDRIVE }) {
    const calls: Record<string, () => unknown> = {
      hyperdrive: () => HYPERDRIVE.connect().opened,
      // As drivers do.
      driver: () => connect({ hostname: HYPERDRIVE.host, port: HYPERDRIVE.port }).opened,
      facts: () => [HYPERDRIVE.database, HYPERDRIVE.user, Object.keys(HYPERDRIVE)],
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
