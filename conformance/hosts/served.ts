// A Worker served by a process of its own, until it is told to stop: it has sent all of its telemetry by then.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { awaitTrace, listTraces, readSpans } from "./backend.ts";
import type { Opened } from "./host.ts";

/** How long a process may take to start, and to end once it has been told to. */
const START_MS = 30_000;
const STOP_MS = 30_000;

export interface ServedOptions {
  binary: string;
  args: string[];
  cwd: string;
  /** A line of its standard output, with the Worker's origin. */
  listening: RegExp;
  tellToStop: (child: ChildProcess) => void;
  /** `service.name` of what it sends. */
  service: string;
  upstream: string;
  backend: string;
  /** Takes away what was made for it. */
  remove(): Promise<void>;
}

export async function openServed(options: ServedOptions): Promise<Opened> {
  const { binary, args, cwd, listening, tellToStop, service, upstream, backend, remove } = options;
  const child = spawn(binary, args, { cwd, env: { ...process.env, NO_COLOR: "1" } });
  const ended = once(child, "exit");
  const errors = text(child.stderr);
  const close = async () => {
    child.kill("SIGKILL");
    await remove();
  };
  const fail = async (what: string): Promise<never> => {
    await close();
    throw new Error(`${binary} ${args.join(" ")} ${what}. Its standard error:\n${await errors}`);
  };
  const worker = await Promise.race([
    originOf(child, listening),
    ended.then(() => undefined),
    after(START_MS),
  ]);
  if (worker === undefined) return fail("did not come to listen");
  return {
    origins: { worker, upstream },
    async finish() {
      tellToStop(child);
      const end = await Promise.race([ended, after(STOP_MS)]);
      if (end === undefined) await fail("did not end when it was told to");
      else if (end[0] !== 0) await fail(`ended with ${end[0] ?? end[1]}`);
      return readSpans(backend, await listTraces(backend, service), service);
    },
    recorded: (traceId, isWhole) => awaitTrace(backend, traceId, isWhole),
    close,
  };
}

/** Reads on to the end, for a full pipe would stop the process. */
function originOf({ stdout }: ChildProcess, listening: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let output = "";
    let origin: string | undefined;
    stdout?.on("data", (chunk: Buffer) => {
      if (origin !== undefined) return;
      output += chunk;
      origin = listening.exec(output)?.[1];
      if (origin !== undefined) resolve(origin);
    });
  });
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
