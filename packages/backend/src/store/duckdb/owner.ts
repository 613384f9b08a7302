// Who has a data directory open. DuckDB's own file lock keeps other processes out; it does not keep out a second opener
// in the same process, which would get a separate database and lose rows, and it does not say which server it was. A
// small file beside the database does both.

import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "../../error.ts";

interface Owner {
  pid: number;
  /** When the process began, ms since the Unix epoch: process ids are used again, in containers at once. */
  processStartedMs: number;
  url?: string;
}

const self = (): Owner => ({
  pid: process.pid,
  processStartedMs: Math.round(Date.now() - process.uptime() * 1000),
});

/** Clock adjustments move a process's computed start; two processes of one id are further apart than this. */
const SAME_PROCESS_MS = 1000;

/** Directories open in this thread, for two calls that race before either has written its file. */
const openHere = new Set<string>();

export class Ownership {
  readonly #file: string;
  readonly #key: string;

  private constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
  }

  /** Call before the database file is touched. @throws BackendError `data_dir_locked` when this process has it open. */
  static take(dataDir: string): Ownership {
    const key = realpathSync(dataDir);
    const file = join(dataDir, "owner.json");
    const owner = read(file);
    const ours =
      owner?.pid === process.pid &&
      Math.abs(owner.processStartedMs - self().processStartedMs) < SAME_PROCESS_MS;
    if (openHere.has(key) || ours) throw locked(dataDir, owner ?? self());
    openHere.add(key);
    return new Ownership(file, key);
  }

  /**
   * Call once the database is open: from then on the file names this process.
   *
   * @throws BackendError `data_dir_not_writable` when it cannot be written.
   */
  announce(url?: string): void {
    try {
      writeFileSync(this.#file, `${JSON.stringify({ ...self(), ...(url && { url }) })}\n`);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BackendError(
        "data_dir_not_writable",
        `The file ${this.#file}, which names the process that uses the data directory, cannot be written: ${reason}. Mend its permissions, remove it or choose another data directory.`,
        { cause },
      );
    }
  }

  /** Call after the database is closed, or when it could not be opened. A second call does nothing. */
  release(): void {
    if (!openHere.delete(this.#key)) return;
    if (read(this.#file)?.pid === process.pid) rmSync(this.#file, { force: true });
  }
}

/** The error for DuckDB's "Could not set lock"; its message names the holder's process id where the system tells. */
export function lockedBy(dataDir: string, duckdbMessage: string): BackendError {
  const pid = Number(/\(PID (\d+)\)/.exec(duckdbMessage)?.[1]);
  const owner = read(join(dataDir, "owner.json"));
  if (owner && (Number.isNaN(pid) || owner.pid === pid)) return locked(dataDir, owner);
  return locked(dataDir, Number.isNaN(pid) ? undefined : { pid, processStartedMs: 0 });
}

/** What the file beside the database says of who uses it; undefined where there is none. */
export const ownerOf = (dataDir: string): Pick<Owner, "pid" | "url"> | undefined =>
  read(join(dataDir, "owner.json"));

function locked(dataDir: string, owner: Owner | undefined): BackendError {
  const who = owner ? `process ${owner.pid}${owner.url ? `, serving ${owner.url}` : ""}` : "another process";
  return new BackendError(
    "data_dir_locked",
    `The data directory ${dataDir} is in use by ${who}. Use that server, stop it, or choose another data directory.`,
  );
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}
