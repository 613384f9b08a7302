// Whatever a program does with stubs, it sees the same with us as without: random sequences of steps, each Worker's
// answers compared with those of the same Worker run natively.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../case.ts";
import type { Opened } from "../hosts/host.ts";
import { startOracle } from "../hosts/oracle.ts";
import { startWorkerd } from "../hosts/workerd.ts";

/** ENTERSPAN_SEED begins elsewhere; ENTERSPAN_RUNS makes it longer. */
const { ENTERSPAN_SEED = "1", ENTERSPAN_RUNS = "60" } = process.env;
const STEPS = 25;

const worker: Case = {
  name: "behaviour/rpc",
  worker: fileURLToPath(new URL("workers/rpc.ts", import.meta.url)),
  bindings: {
    objects: { OBJECTS: "Thing" },
    services: { SERVICE: "Service", RELAY: "Relay", HANDLERS: "Handlers" },
  },
};

const closing: (() => Promise<unknown>)[] = [];
let backend: Collector;
let natively: Opened;
let traced: Opened;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "enterspan-behaviour-"));
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  backend = await startCollector({ port: 0, dataDir, portFlag: "--port", onLog() {} });
  closing.push(() => backend.close());
  const oracle = await startOracle([{ ...worker, sampled: false }], "http://127.0.0.1:1");
  closing.push(() => oracle.close());
  natively = await oracle.open(worker);
  traced = await startWorkerd("http://127.0.0.1:1", backend.url).open(worker);
  closing.push(() => traced.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function answers({ origins }: Opened, seed: number): Promise<string[]> {
  const response = await fetch(`${origins.worker}/?seed=${seed}&steps=${STEPS}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as string[];
}

test("random sequences of calls over RPC give the same", { timeout: 300_000 }, async () => {
  for (let seed = Number(ENTERSPAN_SEED); seed < Number(ENTERSPAN_SEED) + Number(ENTERSPAN_RUNS); seed++) {
    expect(await answers(traced, seed), `of seed ${seed}`).toEqual(await answers(natively, seed));
  }
});
