// Our product on runtimes other than workerd: each case is a process, in which its Worker, wrapped by `instrument` and
// bundled with the stand-in for `cloudflare:workers`, is served on the runtime's own HTTP server.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Case } from "../case.ts";
import type { Traits } from "../traits.ts";
import type { Host } from "./host.ts";
import { workerName } from "./project.ts";
import { binaryOf, type RuntimeName } from "./runtimes.ts";
import { openServed } from "./served.ts";
import { bundleServed } from "./toolchain.ts";

export interface StandardRuntime {
  binary: RuntimeName;
  /** The file in hosts/runner/ that serves on it. */
  server: "node" | "bun" | "deno";
  /** What the command line has before the script's path. */
  args: string[];
  traits: Traits;
}

export function startStandard(runtime: StandardRuntime, upstream: string, backend: string): Host {
  return {
    traits: runtime.traits,
    async open(one) {
      const service = `${workerName(one)}-on-${runtime.binary}`;
      const folder = await mkdtemp(join(tmpdir(), "enterspan-conformance-"));
      const script = join(folder, "worker.mjs");
      const entry = entryOf(one, runtime, service, upstream, backend);
      await writeFile(script, await bundleServed(entry, runtime.server));
      return openServed({
        binary: binaryOf(runtime.binary),
        args: [...runtime.args, script],
        cwd: folder,
        listening: /^listening on (.+)$/m,
        tellToStop: (child) => void child.stdin?.end(),
        service,
        upstream,
        backend,
        remove: () => rm(folder, { recursive: true, force: true }),
      });
    },
    async close() {},
  };
}

/** The module that a user would write to serve the Worker. */
function entryOf(
  one: Case,
  { server }: StandardRuntime,
  serviceName: string,
  upstream: string,
  endpoint: string,
): string {
  const config = {
    serviceName,
    endpoint,
    traces: { enabled: true, headSamplingRate: one.sampled === false ? 0 : 1 },
    logs: { enabled: true, headSamplingRate: 1 },
  };
  const bindings = one.bindings?.upstream ? { UPSTREAM: upstream } : {};
  const runner = (file: string) => JSON.stringify(fileURLToPath(new URL(`runner/${file}`, import.meta.url)));
  // The module may use bindings as soon as it is evaluated.
  return `
    import { instrument } from "@enterspan/tracing";
    import { env } from "@enterspan/tracing/workers";
    import { run } from ${runner("worker.ts")};
    import { serve } from ${runner(`${server}.ts`)};
    Object.assign(env, ${JSON.stringify(bindings)});
    const { default: worker } = await import(${JSON.stringify(one.worker)});
    await run(instrument(worker, ${JSON.stringify(config)}), env, serve);
  `;
}
