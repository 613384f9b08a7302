// Bindings that are passed to another Worker over RPC, as far as the runtime lets them.
import { WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export class Flow extends WorkflowEntrypoint {
  override async run() {}
}

export class User extends WorkerEntrypoint {
  async use(binding: object): Promise<string> {
    return binding.constructor.name;
  }
}

export default {
  async fetch(_request, env) {
    const { RATE_LIMIT, DATASET, EMAIL, HYPERDRIVE, IMAGES, WORKFLOW } = env;
    const SERVICE = env.SERVICE as unknown as { use(binding: object): Promise<string> };
    const results: Record<string, unknown> = {};
    for (const [name, binding] of Object.entries({
      RATE_LIMIT,
      DATASET,
      EMAIL,
      HYPERDRIVE,
      IMAGES,
      WORKFLOW,
    })) {
      results[name] = await attemptAsync(() => SERVICE.use(binding));
      results[`${name} cloned`] = await attemptAsync(() => Object.keys(structuredClone(binding)));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
