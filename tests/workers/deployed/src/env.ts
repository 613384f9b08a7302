// The Worker's bindings, and where it finds its tracing's configuration.
import type { TracingConfig } from "@enterspan/tracing";
import type { Counter, Doubler } from "./counter.ts";
import type { Fields, Greeter } from "./entrypoints.ts";

export interface Env {
  COUNTER: DurableObjectNamespace<Counter>;
  DOUBLER: DurableObjectNamespace<Doubler>;
  ROOM: DurableObjectNamespace;
  LEGACY: DurableObjectNamespace;
  SEALED: DurableObjectNamespace;
  GREETER: Service<typeof Greeter>;
  FIELDS: Service<typeof Fields>;
  /** Base URL of the receiver. */
  COLLECTOR: string;
}

export const config = (env: Env): TracingConfig => ({ serviceName: "deployed", endpoint: env.COLLECTOR });
