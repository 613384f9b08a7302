// A started backend for a test, on a free port and a directory of its own; both are gone after the test.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Backend, type BackendOptions, startBackend } from "./index.ts";

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "enterspan-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Faults of our own fail the test. */
export async function startedBackend(options: Partial<BackendOptions> = {}): Promise<Backend> {
  const faults: string[] = [];
  const backend = await startBackend({
    dataDir: options.dataDir ?? temporaryDirectory(),
    port: 0,
    onLog: ({ message }) => faults.push(message),
    ...options,
  });
  onTestFinished(async () => {
    await backend.close();
    if (faults.length) throw new Error(`The backend logged faults: ${faults.join("\n")}`);
  });
  return backend;
}

export function post(
  backend: Backend,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Response> {
  return fetch(backend.url + path, { method: "POST", headers, body: body as string });
}
