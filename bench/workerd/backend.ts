// The real backend in a process of its own, on a data directory that is removed with it. Answers each message with how
// many spans it has stored.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBackend } from "../../packages/backend/src/index.ts";

const dataDir = await mkdtemp(join(tmpdir(), "enterspan-bench-"));
const backend = await startBackend({ dataDir, port: 0, onLog: ({ message }) => console.error(message) });
let stored = 0;
backend.onSpansStored(({ spans }) => {
  stored += spans;
});
process.on("message", () => process.send?.(stored));
process.on("disconnect", async () => {
  await backend.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
process.send?.(backend.port);
