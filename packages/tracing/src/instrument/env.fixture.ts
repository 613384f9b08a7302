// Instruments the bindings of an `env` as a Worker's are, and delivers messages to a consumer that is one.
import type { Runtime } from "../runtime.ts";
import { ALL } from "./bindings/all.ts";
import { EnvInstrumentation } from "./env.ts";
import type { HandlerContext } from "./handlers/context.ts";
import { Installation } from "./installation.ts";
import { Peers } from "./rpc/peers.ts";
import { instrumentWorker } from "./worker.ts";

export function instrumentEnv(runtime: Runtime, env: object): void {
  new EnvInstrumentation(runtime, new Peers(runtime), ALL).apply(env);
}

export async function deliver(runtime: Runtime, messages: object[], context: HandlerContext): Promise<void> {
  const consumer = { queue: (_batch: object, _env: object, _context: HandlerContext) => {} };
  const installation = new Installation(runtime, runtime.config, ALL);
  await instrumentWorker(installation, consumer).queue({ queue: "orders", messages }, {}, context);
}
