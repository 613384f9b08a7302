// What a span of the core costs, on Node and on workerd, beside its peers and with the goals. README.md says what each
// figure means.
//
//   npm run bench:core [-- node|workerd|start-up]
import { measureNode } from "./node.ts";
import { printSummary } from "./report.ts";
import { measureStartUp } from "./workerd/start-up.ts";
import { measureWorkerd } from "./workerd.ts";

const only = process.argv[2];
if (only === undefined || only === "node") await measureNode();
if (only === undefined || only === "workerd") await measureWorkerd();
if (only === undefined || only === "start-up") await measureStartUp();
printSummary();
