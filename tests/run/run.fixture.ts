// Workers in directories of their own, under `enterspan run`, as the tests of this folder need them.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import {
  enterspan,
  type RunningCommand,
  type RunningDev,
  temporaryDir,
  traceWhere,
} from "../enterspan.fixture.ts";

export const CONFIG = {
  name: "small",
  main: "src/index.ts",
  compatibility_date: "2026-11-01",
  observability: { enabled: true, traces: { enabled: true } },
};

/** A directory with these files. */
export async function project(files: Record<string, string | Uint8Array>) {
  const dir = await temporaryDir();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir.path, path)), { recursive: true });
    await writeFile(join(dir.path, path), content);
  }
  return dir;
}

/** A Worker of one module with the usual Wrangler file. */
export const worker = (source: string, config: object = {}) =>
  project({ "wrangler.jsonc": JSON.stringify({ ...CONFIG, ...config }), "src/index.ts": source });

/** What a test that fails leaves running. */
export const started: RunningCommand[] = [];
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.child.kill("SIGKILL");
    await command.exited;
  }
});

/** `enterspan run` on free ports, up and running. */
export async function run(cwd: string, args: string[] = []): Promise<RunningDev> {
  const command = enterspan(["run", "--port", "0", "--collector-port", "0", ...args], { cwd });
  started.push(command);
  const [, url] = await command.printed(/Worker +(http:\S+)/);
  const [, collectorUrl] = await command.printed(/Explorer +(http:\S+)/);
  return { ...command, url: url as string, collectorUrl: collectorUrl as string };
}

export const json = async (url: string, init?: RequestInit) => (await fetch(url, init)).json();

/** Attributes of a trace's root span. */
export async function rootOf(collectorUrl: string, name: string) {
  const { spans } = await traceWhere(collectorUrl, (trace) => trace.rootName.startsWith(name));
  const root = spans.find((span) => span.parentSpanId === "") ?? spans[0];
  const attributes = Object.fromEntries(
    (root?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
  );
  return { ...root, spans, attributes };
}
