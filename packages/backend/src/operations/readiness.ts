// Whether this server should be sent anything: it is not closing, its store answers, its disk takes files and has room.
// Looked at once a second at most, however often it is asked.

import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { ALL_TIME } from "../store/filter.ts";
import type { Store } from "../store/store.ts";

/** A checkpoint writes up to a row group before it gives the old one's space back. */
const MIN_FREE_BYTES = 100_000_000;

const REMEMBERED_MS = 1_000;

export interface ReadinessReport {
  ready: boolean;
  /** "ok", or what is wrong. */
  checks: Record<"serving" | "store" | "directory" | "disk", string>;
}

export class Readiness {
  readonly #store: Store;
  readonly #dataDir: string;
  #isClosing = false;
  #last: { atMs: number; report: Promise<ReadinessReport> } | undefined;

  constructor(store: Store, dataDir: string) {
    this.#store = store;
    this.#dataDir = dataDir;
  }

  /** From now on the answer is no. */
  close(): void {
    this.#isClosing = true;
    this.#last = undefined;
  }

  report(): Promise<ReadinessReport> {
    const now = performance.now();
    if (!this.#last || now - this.#last.atMs > REMEMBERED_MS) {
      this.#last = { atMs: now, report: this.#look() };
    }
    return this.#last.report;
  }

  /** What the disk has left for us; undefined where the system does not tell. */
  async freeBytes(): Promise<number | undefined> {
    const disk = await statfs(this.#dataDir).catch(() => undefined);
    return disk && disk.bavail * disk.bsize;
  }

  async #look(): Promise<ReadinessReport> {
    const serving = this.#isClosing ? "The server is closing." : "ok";
    const [store, directory, disk] = await Promise.all([
      fault(() => this.#store.measure(NOTHING)),
      fault(() => writeSomething(join(this.#dataDir, "ready.probe"))),
      this.#disk(),
    ]);
    const checks = { serving, store, directory, disk };
    return { ready: Object.values(checks).every((check) => check === "ok"), checks };
  }

  async #disk(): Promise<string> {
    const free = await this.freeBytes();
    if (free === undefined || free >= MIN_FREE_BYTES) return "ok";
    return `${Math.floor(free / 1e6)} MB are left; at least ${MIN_FREE_BYTES / 1e6} MB are needed.`;
  }
}

const NOTHING = { ...ALL_TIME, toUnixNano: 0n, conditions: { combine: "all" as const, conditions: [] } };

async function fault(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return "ok";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A full disk takes an empty file and no byte; a failing one takes bytes and does not sync. */
async function writeSomething(file: string): Promise<void> {
  try {
    const handle = await open(file, "w");
    try {
      await handle.writeFile("ready\n");
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true });
  }
}
