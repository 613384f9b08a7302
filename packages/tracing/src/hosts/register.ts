// `--import @enterspan/tracing/register` on Node, `--preload` on Bun: from then on `cloudflare:workers` and the like
// resolve to our stand-ins, in the program and in its dependencies, by `import` and by `require`.
import { registerOnBun } from "./register-bun.ts";
import { registerOnNode } from "./register-node.ts";

if ("Bun" in globalThis) registerOnBun();
else registerOnNode();
