// The server that a list, an export or an import talks to: one that runs, named or found by its data directory, or one of our own
// on a directory that nobody uses. Either way it is asked over HTTP, so there is one way in and one out.
import { resolve } from "node:path";
import { inspectDataDir, startBackend } from "@enterspan/backend";
import { refusedByBackend } from "../collector.ts";
import { here } from "../commands/report.ts";
import { CliError, messageOf, oneLine } from "../errors.ts";
import { tokenHeaders } from "../tokens.ts";

export interface ServerFlags {
  data: string;
  collector?: string;
}

export interface Server {
  /** Asks `path`, again for a while where the server is busy or away. @throws CliError for a refusal. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Together some minutes: a restart of the server, or a disk that is made room on. */
const PAUSES_MS = [200, 500, 1_000, 2_000, 5_000, ...new Array(30).fill(10_000)] as const;

export async function openServer(
  { data, collector }: ServerFlags,
  purpose: "ingest" | "read",
): Promise<Server> {
  if (collector !== undefined) return running(collector, purpose);
  const dataDir = resolve(data);
  const inspection = await inspectDataDir(dataDir, { readsAll: false });
  if (inspection.state === "held") {
    if (inspection.url !== undefined) return running(inspection.url, purpose);
    throw new CliError(
      `${here(dataDir)} is in use by another process. Name its server with --collector URL.`,
    );
  }
  if (inspection.state === "missing" && purpose === "read") {
    throw new CliError(`There is nothing in ${here(dataDir)} to read. Name another with --data DIR.`);
  }
  const backend = await refusedByBackend(() => startBackend({ dataDir, port: 0 }));
  return { ask: asking(backend.url, {}), close: () => backend.close() };
}

function running(url: string, purpose: "ingest" | "read"): Server {
  return { ask: asking(url.replace(/\/+$/, ""), tokenHeaders(purpose)), close: async () => {} };
}

function asking(url: string, headers: Record<string, string>): Server["ask"] {
  return async (path, init = {}) => {
    const send = () => fetch(url + path, { ...init, headers: { ...headers, ...(init.headers as object) } });
    for (const pauseMs of [...PAUSES_MS, undefined]) {
      const answer = await send().catch((error: unknown) => messageOf((error as Error).cause ?? error));
      if (typeof answer !== "string" && answer.ok) return answer;
      const isPassing = typeof answer === "string" || [429, 502, 503, 504].includes(answer.status);
      if (pauseMs === undefined || !isPassing) throw refusal(url, answer, await wordsOf(answer));
      const asked = typeof answer === "string" ? 0 : Number(answer.headers.get("retry-after")) * 1_000;
      await new Promise((wake) => setTimeout(wake, Math.max(pauseMs, asked || 0)));
    }
    throw new Error("unreachable");
  };
}

async function wordsOf(answer: Response | string): Promise<string> {
  if (typeof answer === "string") return answer;
  const text = await answer.text().catch(() => "");
  try {
    const body = JSON.parse(text) as { message?: string; error?: { message?: string } };
    return body.error?.message ?? body.message ?? text;
  } catch {
    return text.slice(0, 200);
  }
}

function refusal(url: string, answer: Response | string, words: string): CliError {
  if (typeof answer === "string") return new CliError(`${url} does not answer: ${oneLine(words)}`);
  const token = answer.status === 401 ? " Give it with ENTERSPAN_TOKEN." : "";
  return new CliError(`${url} answered ${answer.status}: ${oneLine(words)}${token}`);
}
