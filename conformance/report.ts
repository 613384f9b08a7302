// Runs every case on the runtime's own tracing and under `enterspan dev`, prints what they show of the catalogue, and
// writes it as a page of the docs: `npm run conformance`. Ends with 1 where a difference has no reason.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCollector } from "enterspan";
import { type CaseTrees, coverageOf, unexplained } from "./coverage.ts";
import { coverageLines, coveragePage } from "./coverage-page.ts";
import { discoverCases } from "./discover.ts";
import { runCase } from "./hosts/host.ts";
import { startOracle } from "./hosts/oracle.ts";
import { startUpstream } from "./hosts/upstream.ts";
import { startWorkerd } from "./hosts/workerd.ts";

const PAGE = new URL("../docs/coverage.md", import.meta.url);

const only = process.argv[2];
const cases = await discoverCases(only);
const upstream = await startUpstream();
const dataDir = await mkdtemp(join(tmpdir(), "enterspan-conformance-data-"));
const backend = await startCollector({
  port: 0,
  dataDir,
  portFlag: "--port",
  onLog: ({ message }) => console.error(message),
});
const oracle = await startOracle(cases, upstream.origin);
const dev = startWorkerd(upstream.origin, backend.url);
const runs: CaseTrees[] = [];
for (const one of cases) {
  process.stderr.write(`${one.name}\n`);
  const [theirs, ours] = [await runCase(oracle, one), await runCase(dev, one)];
  runs.push({ one, theirs: theirs.trees, ours: ours.trees });
}
await dev.close();
await oracle.close();
await backend.close();
await upstream.close();
await rm(dataDir, { recursive: true, force: true });

const sections = coverageOf(runs, dev.traits);
console.log(coverageLines(sections));
const gaps = unexplained(sections);
if (gaps.length > 0) {
  console.log(
    `\n${gaps.length} differences have no reason: a defect, a case that is missing, or a line for unseen.ts.`,
  );
  process.exitCode = 1;
}
if (only === undefined) await writeFile(PAGE, coveragePage(sections));
