// Prints what the oracle makes of cases, for whoever writes one: `node conformance/show.ts spans/nested`.
import { discoverCases } from "./discover.ts";
import { runCase } from "./hosts/host.ts";
import { startOracle } from "./hosts/oracle.ts";
import { startUpstream } from "./hosts/upstream.ts";
import { renderTrees } from "./tree.ts";

const cases = await discoverCases(process.argv[2]);
const upstream = await startUpstream();
const oracle = await startOracle(cases, upstream.origin);
for (const one of cases) {
  const { trees, exchanges } = await runCase(oracle, one);
  console.log(`== ${one.name}`);
  for (const { request, status, body } of exchanges) console.log(`${request} → ${status} ${body}`);
  console.log(`${renderTrees(trees)}\n`);
}
await oracle.close();
await upstream.close();
