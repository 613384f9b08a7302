// Every case on the runtime's own tracing and on ours: the same answers, and the same trees but for what is declared.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAnswers, expectOurs, withoutAdditions } from "./beyond.ts";
import { discoverCases } from "./discover.ts";
import type { Host } from "./hosts/host.ts";
import { startOracle } from "./hosts/oracle.ts";
import { startUpstream, type Upstream } from "./hosts/upstream.ts";
import { startWorkerd } from "./hosts/workerd.ts";
import { renderTrees } from "./tree.ts";

const cases = await discoverCases();
const faults: string[] = [];
let upstream: Upstream;
let backend: Collector;
let dataDir: string;
let oracle: Host;
let workerd: Host;

beforeAll(async () => {
  upstream = await startUpstream();
  dataDir = await mkdtemp(join(tmpdir(), "enterspan-conformance-data-"));
  const onLog = ({ message }: { message: string }) => void faults.push(message);
  backend = await startCollector({ port: 0, dataDir, portFlag: "--port", onLog });
  oracle = await startOracle(cases, upstream.origin);
  workerd = startWorkerd(upstream.origin, backend.url);
});

afterAll(async () => {
  await workerd?.close();
  await oracle?.close();
  await backend?.close();
  await upstream?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe("workerd traces as the runtime itself does", () => {
  test.for(cases)("$name", async (one) => {
    const theirs = await oracle.run(one);
    const ours = await workerd.run(one);
    const beyond = one.beyond ?? [];
    expect(ours.exchanges).toEqual(expectAnswers(theirs.exchanges, beyond));
    expect(faults, "the backend's own").toEqual([]);
    expect(renderTrees(withoutAdditions(ours.trees))).toBe(renderTrees(expectOurs(theirs.trees, beyond)));
  });
});
