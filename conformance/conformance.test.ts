// Every case on the runtime's own tracing and on ours, on each runtime: the same answers, and the same trees but for what
// is declared.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviationsOf, expectAnswers, expectOurs, withoutAdditions } from "./beyond.ts";
import type { Case } from "./case.ts";
import { type CaseTrees, coverageOf, unexplained } from "./coverage.ts";
import { coveragePage } from "./coverage-page.ts";
import { discoverCases, needsOf } from "./discover.ts";
import { type Host, type Run, runCase } from "./hosts/host.ts";
import { COVERED, HOSTS } from "./hosts/hosts.ts";
import { startOracle } from "./hosts/oracle.ts";
import { installRuntimes } from "./hosts/runtimes.ts";
import { startUpstream, type Upstream } from "./hosts/upstream.ts";
import { NEEDS, WORKERD } from "./traits.ts";
import { renderTrees } from "./tree.ts";

const cases = await discoverCases();
const faults: string[] = [];
const reference = new Map<Case, Promise<Run>>();
/** What the coverage page is about. */
const onWorkerd: CaseTrees[] = [];
let upstream: Upstream;
let backend: Collector;
let dataDir: string;
let oracle: Host;

beforeAll(async () => {
  await installRuntimes();
  upstream = await startUpstream();
  dataDir = await mkdtemp(join(tmpdir(), "enterspan-conformance-data-"));
  const onLog = ({ message }: { message: string }) => void faults.push(message);
  backend = await startCollector({ port: 0, dataDir, portFlag: "--port", onLog });
  oracle = await startOracle(cases, upstream.origin);
});

afterAll(async () => {
  await oracle?.close();
  await backend?.close();
  await upstream?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The oracle runs a case once, for all hosts. */
function onOracle(one: Case): Promise<Run> {
  const run = reference.get(one) ?? runCase(oracle, one);
  reference.set(one, run);
  return run;
}

describe.for(Object.entries(HOSTS))("%s traces as workerd itself does", ([name, start]) => {
  let host: Host;

  beforeAll(() => {
    host = start(upstream.origin, backend.url);
  });

  afterAll(() => host?.close());

  test.for(cases)("$name", async (one, { skip }) => {
    const { traits } = host;
    for (const need of needsOf(one)) skip(!traits[need], NEEDS[need]);
    const theirs = await onOracle(one);
    const ours = await runCase(host, one);
    if (name === COVERED) onWorkerd.push({ one, theirs: theirs.trees, ours: ours.trees });
    const beyond = deviationsOf(one, traits);
    expect(ours.exchanges).toEqual(expectAnswers(theirs.exchanges, beyond));
    expect(faults, "the backend's own").toEqual([]);
    expect(renderTrees(withoutAdditions(ours.trees))).toBe(
      renderTrees(expectOurs(theirs.trees, beyond, traits)),
    );
  });
});

test("docs/coverage.md tells what the cases show, and of every difference why", async () => {
  const sections = coverageOf(onWorkerd, WORKERD);
  expect(unexplained(sections).map(({ span, key }) => `${span} ${key}`)).toEqual([]);
  const page = await readFile(new URL("../docs/coverage.md", import.meta.url), "utf8");
  expect(page, "npm run conformance writes it").toBe(coveragePage(sections));
});
