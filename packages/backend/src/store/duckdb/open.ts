// Opens the database file of a data directory, or refuses: a file that is damaged, foreign or newer is left as it is. A
// new database is made under another name and renamed when complete, so a crash never leaves half of one.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { BackendError } from "../../error.ts";
import { BASE_MEMORY_BYTES } from "./memory.ts";
import { migrate, SCHEMA_TABLE, SCHEMA_VERSION } from "./migrations.ts";
import { lockedBy, Ownership } from "./owner.ts";

export const DATABASE_FILE = "enterspan.duckdb";
/** DuckDB's write-ahead log; not there while it is empty. */
export const LOG_FILE = `${DATABASE_FILE}.wal`;

/** Nothing is fetched, whatever a file turns out to be: one of SQLite would have DuckDB download what reads it. */
export const SEALED = {
  autoload_known_extensions: "false",
  autoinstall_known_extensions: "false",
  allow_community_extensions: "false",
} as const;

/**
 * DuckDB's settings. The write-ahead log is checkpointed by the writer alone: an automatic checkpoint runs inside COMMIT,
 * and one that fails there ends the instance. The memory limit is the one to begin with, see memory.ts.
 */
const settings = (dataDir: string): Record<string, string> => ({
  wal_autocheckpoint: "1TB",
  memory_limit: `${BASE_MEMORY_BYTES / 1_000_000}MB`,
  temp_directory: join(dataDir, "spill"),
  // Its default is most of what the disk has left.
  max_temp_directory_size: "4GB",
  ...SEALED,
  enable_external_access: "false",
});

export interface OpenDatabase {
  instance: DuckDBInstance;
  ownership: Ownership;
}

/** Makes the directory when it is missing, with a `.gitignore` that covers it. @throws BackendError with one of the `data_…` codes. */
export async function openDatabase(directory: string): Promise<OpenDatabase> {
  const dataDir = resolve(directory);
  prepareDirectory(dataDir);
  const ownership = Ownership.take(dataDir);
  try {
    const instance = await openFile(dataDir);
    try {
      ownership.announce();
    } catch (error) {
      instance.closeSync();
      throw error;
    }
    return { instance, ownership };
  } catch (error) {
    ownership.release();
    throw error instanceof BackendError ? error : refusal(dataDir, error);
  }
}

/** Opens again after a fatal error, while the directory is still owned. */
export function reopenDatabase(directory: string): Promise<DuckDBInstance> {
  return openFile(resolve(directory));
}

/** Makes the directory when it is missing. @throws BackendError `data_dir_not_writable` */
export function prepareDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    // Only in a directory that is nobody's yet: elsewhere `*` would hide the user's own files from git.
    if (readdirSync(dataDir).length === 0) ignoreAll(join(dataDir, ".gitignore"));
  } catch (cause) {
    throw notWritable(dataDir, cause);
  }
}

function ignoreAll(gitignore: string): void {
  try {
    writeFileSync(gitignore, "*\n", { flag: "wx" });
  } catch (error) {
    // Another process opens the same new directory and was first.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function openFile(dataDir: string): Promise<DuckDBInstance> {
  const file = join(dataDir, DATABASE_FILE);
  const version = existsSync(file) ? await inspect(dataDir, file) : await create(dataDir, file);
  const instance = await DuckDBInstance.create(file, settings(dataDir));
  try {
    if (version < SCHEMA_VERSION)
      await withConnection(instance, (connection) => migrate(connection, version));
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** The schema version of an existing file, read without writing a byte. */
async function inspect(dataDir: string, file: string): Promise<number> {
  const instance = await DuckDBInstance.create(file, { ...settings(dataDir), access_mode: "READ_ONLY" });
  try {
    return await withConnection(instance, async (connection) => {
      const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables()");
      if (!tables.getRows().some(([name]) => name === SCHEMA_TABLE)) throw foreign(file);
      const versions = await connection.runAndReadAll(`SELECT max(version) FROM ${SCHEMA_TABLE}`);
      const version = Number(versions.getRows()[0]?.[0] ?? 0);
      if (version > SCHEMA_VERSION) throw tooNew(file, `its schema is version ${version}`);
      return version;
    });
  } finally {
    instance.closeSync();
  }
}

async function create(dataDir: string, file: string): Promise<number> {
  const draft = `${file}.new`;
  for (const leftover of [draft, `${draft}.wal`]) rmSync(leftover, { force: true });
  // The log of a database that was moved away: it would be taken for the new one's.
  if (existsSync(`${file}.wal`)) renameSync(`${file}.wal`, `${file}.wal.orphan-${Date.now()}`);
  const instance = await DuckDBInstance.create(draft, settings(dataDir));
  try {
    await withConnection(instance, async (connection) => {
      await migrate(connection, 0);
      await connection.run("CHECKPOINT");
    });
  } finally {
    instance.closeSync();
  }
  renameSync(draft, file);
  return SCHEMA_VERSION;
}

async function withConnection<T>(
  instance: DuckDBInstance,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
}

/** Says in our terms what DuckDB or the file system refused. */
function refusal(dataDir: string, cause: unknown): BackendError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const file = join(dataDir, DATABASE_FILE);
  if (text.includes("Could not set lock")) return lockedBy(dataDir, text);
  // For another kind of database DuckDB would load what reads it.
  if (/not a valid DuckDB database file|external extensions/i.test(text)) return foreign(file, cause);
  if (/version number|newer version/i.test(text)) return tooNew(file, text, cause);
  if (/permission denied|read-only file system|EACCES|EROFS|ENOSPC|cannot open file/i.test(text)) {
    return notWritable(dataDir, cause);
  }
  return new BackendError(
    "data_damaged",
    `The database ${file} cannot be read and was left as it is: ${text} Restore it from a backup, or move it away to start empty.`,
    { cause },
  );
}

function foreign(file: string, cause?: unknown): BackendError {
  return new BackendError(
    "data_foreign",
    `The file ${file} was not made by this program and was left as it is. Move it away or choose another data directory.`,
    { cause },
  );
}

function tooNew(file: string, reason: string, cause?: unknown): BackendError {
  return new BackendError(
    "data_too_new",
    `The database ${file} was written by a newer version (${reason}) and was left as it is. Update this program.`,
    { cause },
  );
}

function notWritable(dataDir: string, cause: unknown): BackendError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new BackendError(
    "data_dir_not_writable",
    `The data directory ${dataDir} cannot be written: ${text}. Mend its permissions or choose another data directory.`,
    { cause },
  );
}
