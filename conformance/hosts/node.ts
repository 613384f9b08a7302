// Our product on Node: each case is a project that `enterspan run` serves, and its traces are read back from the backend
// that they went to.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Traits } from "../traits.ts";
import type { Host } from "./host.ts";
import { workerName, writeProject } from "./project.ts";
import { binaryOf, type RuntimeName } from "./runtimes.ts";
import { openServed } from "./served.ts";

const COMMAND = join(
  dirname(createRequire(import.meta.url).resolve("enterspan/package.json")),
  "dist/main.js",
);

export function startNode(binary: RuntimeName, traits: Traits, upstream: string, backend: string): Host {
  return {
    traits,
    async open(one) {
      const name = `${workerName(one)}-run-by-${binary}`;
      const { config, remove } = await writeProject(one, upstream);
      return openServed({
        binary: binaryOf(binary),
        args: [COMMAND, "run", "--config", config, "--name", name, "--port", "0", "--collector", backend],
        cwd: dirname(config),
        listening: /^ *Worker +(http:\S+)/m,
        tellToStop: (child) => void child.kill("SIGTERM"),
        service: name,
        upstream,
        backend,
        remove,
      });
    },
    async close() {},
  };
}
