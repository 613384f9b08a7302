// What our entry adds to a cold isolate: workerd is started on many Workers at once, each in an isolate of its own, and
// each is asked once. With and without the entry, in turn; the difference in processor time, divided by the number of
// Workers, is the cost.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { readConfig } from "../../packages/tracing/src/config.ts";
import { median } from "../ratios.ts";
import { printFigure, printGoal, printTitle } from "../report.ts";
import { cpuMs } from "./cpu.ts";
import { bundle, COMPATIBILITY_DATE, workerd } from "./toolchain.ts";

const WORKERS = 40;
const ROUNDS = 7;

export async function measureStartUp(): Promise<void> {
  const config = readConfig({
    serviceName: "bench",
    endpoint: "http://127.0.0.1:9",
    traces: { headSamplingRate: 0 },
  });
  const plain = await bundle(new URL("workers/tracing.ts", import.meta.url));
  const ours = await bundle(new URL("workers/enterspan.ts", import.meta.url), config);
  const samples = { plain: [] as number[], ours: [] as number[] };
  // The first round only brings the binary into memory.
  for (let round = -1; round < ROUNDS; round++) {
    const without = await startMs(plain);
    const instrumented = await startMs(ours);
    if (round < 0) continue;
    samples.plain.push(without / WORKERS);
    samples.ours.push(instrumented / WORKERS);
  }
  printTitle("workerd: start of an isolate with a small Worker, up to its first response");
  printFigure("plain", median(samples.plain), "ms", 2);
  printFigure("with the entry of enterspan dev", median(samples.ours), "ms", 2);
  const added = median(samples.ours.map((ms, round) => ms - (samples.plain[round] ?? Number.NaN)));
  printGoal({ what: "added", value: added, atMost: 2, unit: "ms" });
}

/** Processor time of workerd until all Workers have answered their first request. */
async function startMs(script: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "enterspan-bench-"));
  await writeFile(join(folder, "worker.js"), script);
  await writeFile(join(folder, "config.capnp"), configOf(WORKERS));
  const child = spawn(workerd, ["serve", "--experimental", "--control-fd=3", join(folder, "config.capnp")], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  try {
    const ports: number[] = [];
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      const message = JSON.parse(line) as { event: string; port?: number };
      if (message.event === "listen" && message.port !== undefined) ports.push(message.port);
      if (ports.length === WORKERS) break;
    }
    if (ports.length < WORKERS) throw new Error("workerd has ended before it listened");
    for (const port of ports) {
      const response = await fetch(`http://127.0.0.1:${port}/?spans=0`);
      await response.text();
    }
    return cpuMs([child.pid as number]);
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function configOf(workers: number): string {
  const numbers = Array.from({ length: workers }, (_, n) => n);
  const services = numbers.map((n) => `(name = "w${n}", worker = .worker)`);
  const sockets = numbers.map(
    (n) => `(name = "s${n}", address = "127.0.0.1:0", http = (), service = "w${n}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
);
const config :Workerd.Config = (
  services = [${services.join(", ")}],
  sockets = [${sockets.join(", ")}],
);
`;
}
