// Random programs on every host, the oracle among them: each records what the model says, and notices nothing of it. Two
// run at once, so that what they share would show.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collector, startCollector } from "enterspan";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNS } from "../tests/chance.ts";
import { withoutAdditions } from "./beyond.ts";
import type { Case } from "./case.ts";
import { discoverCases } from "./discover.ts";
import type { Host, Opened } from "./hosts/host.ts";
import { HOSTS } from "./hosts/hosts.ts";
import { startOracle } from "./hosts/oracle.ts";
import { makeRequests } from "./hosts/requests.ts";
import { installRuntimes } from "./hosts/runtimes.ts";
import { startUpstream, type Upstream } from "./hosts/upstream.ts";
import { anyProgram } from "./programs/generate.ts";
import { ORACLE, OURS, predict, type Rules, renderUnordered } from "./programs/predict.ts";
import { KEYS, type Program } from "./programs/program.ts";
import { buildTrees, type FlatSpan, type SpanNode } from "./tree.ts";

const LIMIT_MS = 600_000 * RUNS;

const [runner] = (await discoverCases("programs/run")) as [Case];
let upstream: Upstream;
let backend: Collector;
let dataDir: string;

beforeAll(async () => {
  await installRuntimes();
  upstream = await startUpstream();
  dataDir = await mkdtemp(join(tmpdir(), "enterspan-conformance-data-"));
  backend = await startCollector({ port: 0, dataDir, portFlag: "--port", onLog() {} });
});

afterAll(async () => {
  await backend?.close();
  await upstream?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe("random programs record what the model says", () => {
  test("workerd itself", { timeout: LIMIT_MS }, async () => {
    const oracle = await startOracle([runner], upstream.origin);
    // What nobody ends, the runtime does not report.
    await hold(oracle, ORACLE, (program) => ({ ...program, endsAll: true }));
  });

  test.for(Object.entries(HOSTS))("%s", { timeout: LIMIT_MS }, async ([, start]) => {
    await hold(start(upstream.origin, backend.url), OURS, (program) => program);
  });
});

async function hold(host: Host, rules: Rules, change: (program: Program) => Program): Promise<void> {
  const opened = await host.open(runner);
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(anyProgram.map(change), { minLength: 1, maxLength: 2 }), (programs) =>
        compare(opened, programs, rules),
      ),
      { numRuns: 150 },
    );
  } finally {
    await opened.close();
    await host.close();
  }
}

async function compare(opened: Opened, programs: Program[], rules: Rules): Promise<void> {
  const predictions = programs.map((program) => predict(program, rules));
  const traceIds = programs.map(() => randomBytes(16).toString("hex"));
  const requests = programs.map((program, i) => ({
    path: "/",
    method: "POST",
    headers: { program: traceIds[i] as string, traceparent: `00-${traceIds[i]}-${PARENT}-01` },
    body: JSON.stringify(program),
  }));
  const exchanges = await makeRequests({ ...runner, requests: [requests] }, opened);
  for (const [i, { root: expected, isUncaught, logs }] of predictions.entries()) {
    const traceId = traceIds[i] as string;
    const { status, body } = exchanges[i] ?? {};
    expect({ status, body }).toEqual(
      isUncaught ? { status: 500, body: "(error page)" } : { status: 200, body: "[]" },
    );
    const spans = await opened.recorded(traceId, (all) => rootsOf(all).length > 0 && countLogs(all) >= logs);
    expect(rootsOf(spans).map(renderUnordered)).toEqual([renderUnordered(expected)]);
  }
}

/** The span that requests say they come from; nobody records it. */
const PARENT = "00f067aa0ba902b7";

/** The trees, with what the program could have written. */
function rootsOf(spans: FlatSpan[]): SpanNode[] {
  const local = spans.map((span) => (span.parentId === PARENT ? { ...span, parentId: undefined } : span));
  return withoutAdditions(buildTrees(local)).map((root) => ({
    ...root,
    attributes: Object.fromEntries(Object.entries(root.attributes).filter(([key]) => KEYS.includes(key))),
  }));
}

function countLogs(spans: FlatSpan[]): number {
  return spans.reduce((count, { logs }) => count + logs.length, 0);
}
