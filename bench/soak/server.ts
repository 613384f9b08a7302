// The server that is soaked, in a process of its own that may be killed. Says its port when it listens.
import type { BackendOptions } from "../../packages/backend/src/index.ts";

export interface ServerOptions extends Pick<BackendOptions, "dataDir" | "retention" | "limits"> {
  /** How much faster than it is time goes by, for what is counted in days. */
  speed?: number;
}

const { speed = 1, ...options } = JSON.parse(process.argv[2] as string) as ServerOptions;
if (speed !== 1) {
  const now = Date.now;
  const began = now();
  Date.now = () => Math.round(began + (now() - began) * speed);
}
const { startBackend } = await import("../../packages/backend/src/index.ts");
// What it logs of a full disk is expected, and counted by who sends.
const backend = await startBackend({ ...options, port: 0, onLog: () => {} });
process.once("SIGTERM", async () => {
  await backend.close();
  process.exit();
});
// Nobody is left who would stop it.
process.once("disconnect", () => process.exit());
process.send?.(backend.port);
