// Bindings that are passed to another Worker over RPC, as far as the runtime lets them.
import { WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class User extends WorkerEntrypoint {
  async use(binding: object): Promise<string> {
    return binding.constructor.name;
  }
}

export default {
  async fetch(_request, env) {
    const { RATE_LIMIT, DATASET, EMAIL, HYPERDRIVE, IMAGES } = env;
    const SERVICE = env.SERVICE as unknown as { use(binding: object): Promise<string> };
    const results: Record<string, unknown> = {};
    for (const [name, binding] of Object.entries({
      RATE_LIMIT,
      DATASET,
      EMAIL,
      HYPERDRIVE,
      IMAGES,
    })) {
      results[name] = await attemptAsync(() => SERVICE.use(binding));
      results[`${name} cloned`] = await attemptAsync(() => Object.keys(structuredClone(binding)));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
