// Runs the built command line as a user does, in a process of its own, and reads what it prints and stores.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  LiveChange,
  TraceListResponse,
  TraceResponse,
  TraceSummary,
  WireSpan,
} from "@enterspan/backend/contract";

const cli = join(import.meta.dirname, "../packages/enterspan/bin/enterspan.js");

export interface RunningCommand {
  child: ChildProcessWithoutNullStreams;
  /** Everything printed so far. */
  output(): string;
  errors(): string;
  /** Resolves with the first match in the whole lines that have been or will be printed; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended. */
  exited: Promise<number | null>;
  /** Ctrl-C. */
  stop(): Promise<number | null>;
}

export function enterspan(
  args: string[],
  { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): RunningCommand {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    // Offline, wrangler would say with a stack that it cannot ask where on Earth we are.
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      ...env,
    },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    output: () => out,
    errors: () => err,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(wholeLines(out) + wholeLines(err));
          if (match !== null) resolve(match);
        };
        look();
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        exited.then((code) =>
          reject(new Error(`ended with ${code} before it printed ${pattern}:\n${out}${err}`)),
        );
      }),
    exited,
    stop: () => {
      child.kill("SIGINT");
      return exited;
    },
  };
}

/** What comes through a pipe may be cut anywhere. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

export interface RunningDev extends RunningCommand {
  url: string;
  collectorUrl: string;
}

/** `enterspan dev` on free ports, up and running. */
export async function enterspanDev(config: string, args: string[] = []): Promise<RunningDev> {
  const command = enterspan(["dev", "--config", config, "--port", "0", "--collector-port", "0", ...args]);
  const [, url] = await command.printed(/Worker +(http:\S+)/);
  const [, collectorUrl] = await command.printed(/Explorer +(http:\S+)/);
  return { ...command, url: url as string, collectorUrl: collectorUrl as string };
}

/** A directory that is gone after the test, optionally a copy of another. */
export async function temporaryDir(
  copyOf?: string,
): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "enterspan-test-"));
  if (copyOf !== undefined) await cp(copyOf, path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Waits for the trace that `matches`, and that nothing of is in flight any more, as all is after a second on a busy machine:
 * asks at every change that the backend tells of, until it is there.
 */
export async function traceWhere(
  collectorUrl: string,
  matches: (trace: TraceSummary) => boolean,
): Promise<TraceResponse> {
  const signal = AbortSignal.timeout(60_000);
  const live = await fetch(`${collectorUrl}/api/live`, { signal });
  const changes = (live.body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { traces } = (await (await fetch(`${collectorUrl}/api/traces`)).json()) as TraceListResponse;
      const found = traces.find((trace) => isOver(trace) && matches(trace));
      if (found !== undefined) return await readTrace(collectorUrl, found.traceId);
      await changes.read();
    }
  } finally {
    await changes.cancel();
  }
}

/** Whether its root has ended, and all else that has been told of. */
export function isOver({ rootSpanId, isInFlight }: TraceSummary): boolean {
  return rootSpanId !== "" && isInFlight === undefined;
}

export async function readTrace(collectorUrl: string, traceId: string): Promise<TraceResponse> {
  const response = await fetch(`${collectorUrl}/api/traces/${traceId}`);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as TraceResponse;
}

export type { LiveChange };

/** Names only, nested, siblings in order: `["GET", ["handle", ["kv_get"]]]`. */
export type Shape = [name: string, ...children: Shape[]];

export function shape({ spans }: Pick<TraceResponse, "spans">): Shape[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = (parent: WireSpan): Shape => [
    parent.name,
    ...spans.filter((span) => span.parentSpanId === parent.spanId).map(below),
  ];
  return spans.filter((span) => !ids.has(span.parentSpanId)).map(below);
}
