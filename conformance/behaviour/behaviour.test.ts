// Whatever a program does with bindings and stubs, it sees the same with us as without: random sequences of steps, each
// Worker's answers compared with those of the same Worker run natively.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNS, SEED } from "../../tests/chance.ts";
import type { Bindings, Case } from "../case.ts";
import type { Opened } from "../hosts/host.ts";
import { startOracle } from "../hosts/oracle.ts";
import { startWorkerd } from "../hosts/workerd.ts";

const FIRST = SEED ?? 1;
const SEQUENCES = 60 * RUNS;
const STEPS = 25;

const WORKERS: Record<string, Bindings> = {
  rpc: {
    objects: { OBJECTS: "Thing" },
    services: { SERVICE: "Service", RELAY: "Relay", HANDLERS: "Handlers" },
  },
  bindings: { kv: ["KV"], d1: ["DB"], r2: ["BUCKET"], objects: { OBJECTS: "Store" } },
  assets: { platform: ["ASSETS"] },
  listeners: {},
  services: {
    services: { SERVICE: "Echo" },
    queues: { QUEUE: 10 },
    platform: [
      "RATE_LIMIT",
      "DATASET",
      "IMAGES",
      "EMAIL",
      "SECRET",
      "HYPERDRIVE",
      "PIPELINE",
      "WORKFLOW",
      "VERSION",
    ],
  },
};

let backend: Collector;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "enterspan-behaviour-"));
  backend = await startCollector({ port: 0, dataDir, portFlag: "--port", onLog() {} });
});

afterAll(async () => {
  await backend.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe.for(Object.entries(WORKERS))("random sequences with %s", ([name, bindings]) => {
  const worker: Case = {
    name: `behaviour/${name}`,
    worker: fileURLToPath(new URL(`workers/${name}.ts`, import.meta.url)),
    bindings,
  };
  const closing: (() => Promise<unknown>)[] = [];
  let natively: Opened;
  let traced: Opened;

  beforeAll(async () => {
    const oracle = await startOracle([{ ...worker, sampled: false }], "http://127.0.0.1:1");
    closing.push(() => oracle.close());
    natively = await oracle.open(worker);
    traced = await startWorkerd("http://127.0.0.1:1", backend.url).open(worker);
    closing.push(() => traced.close());
  });

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  test("give the same", { timeout: 300_000 * RUNS }, async () => {
    for (let seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
      expect(await answers(traced, seed), `of seed ${seed}`).toEqual(await answers(natively, seed));
    }
  });
});

async function answers({ origins }: Opened, seed: number): Promise<string[]> {
  const response = await fetch(`${origins.worker}/?seed=${seed}&steps=${STEPS}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as string[];
}
