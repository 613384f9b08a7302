// The backend under load, in a process of its own: on the data directory that is given, or on one that is removed with it.
// Answers each order with what it has used so far, after closing where it is told to.
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepHeapSmall } from "../../packages/backend/src/operations/small-heap.ts";

export interface Usage {
  stored: number;
  cpuUs: number;
  /** At most since the last order. */
  residentBytes: number;
  /** Of the database, and of its log as long as it is open. */
  diskBytes: number;
}

export interface Order {
  /** Answered when so many spans are stored in all, or half a minute later. */
  stored?: number;
  close?: boolean;
}

/** How often memory is looked at. */
const LOOK_MS = 50;

// As `enterspan serve` does, before the rest is loaded.
keepHeapSmall();
const { startBackend } = await import("../../packages/backend/src/index.ts");
let residentBytes = 0;
setInterval(() => {
  residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
}, LOOK_MS).unref();

const given = process.argv[2];
const dataDir = given ?? (await mkdtemp(join(tmpdir(), "enterspan-bench-")));
const backend = await startBackend({ dataDir, port: 0, onLog: ({ message }) => console.error(message) });
let stored = 0;
let onStored = () => {};
backend.onSpansStored(({ spans }) => {
  stored += spans;
  onStored();
});

function haveStored(count: number): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, 30_000);
    onStored = () => {
      if (stored < count) return;
      clearTimeout(patience);
      resolve();
    };
    onStored();
  });
}

process.on("message", async ({ stored: count = 0, close }: Order) => {
  await haveStored(count);
  if (close) await backend.close();
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    stored,
    cpuUs: user + system,
    residentBytes,
    diskBytes: readdirSync(dataDir).reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0),
  };
  residentBytes = 0;
  process.send?.(usage);
});
process.on("disconnect", async () => {
  await backend.close();
  if (given === undefined) await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
process.send?.(backend.port);
