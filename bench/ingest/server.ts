// The backend under load, in a process of its own on a data directory that is removed with it. Answers each message with
// what it has used so far.
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBackend } from "../../packages/backend/src/index.ts";

export interface Usage {
  stored: number;
  cpuUs: number;
  residentBytes: number;
  /** Of the database and its log. */
  diskBytes: number;
}

const dataDir = await mkdtemp(join(tmpdir(), "enterspan-bench-"));
const backend = await startBackend({ dataDir, port: 0, onLog: ({ message }) => console.error(message) });
let stored = 0;
backend.onSpansStored(({ spans }) => {
  stored += spans;
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    stored,
    cpuUs: user + system,
    residentBytes: process.memoryUsage.rss(),
    diskBytes: readdirSync(dataDir).reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0),
  };
  process.send?.(usage);
});
process.on("disconnect", async () => {
  await backend.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
process.send?.(backend.port);
