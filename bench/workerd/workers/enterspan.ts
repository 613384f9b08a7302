// The entry that `enterspan dev` generates, with the configuration that the benchmark defines when it bundles.
import { instrumentModule } from "../../../packages/tracing/src/hosts/workerd.ts";
import { installation } from "./enterspan.install.ts";
import * as worker from "./tracing.ts";

export default instrumentModule(installation, worker).default;
