// Looks at a data directory from outside, without changing a byte: whose it is, what is in it, whether all of it can be
// read. For `enterspan doctor`.

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { SCHEMA_TABLE, SCHEMA_VERSION } from "./migrations.ts";
import { DATABASE_FILE, SEALED } from "./open.ts";
import { ownerOf } from "./owner.ts";

/** How long reading everything may take; what is longer counts as read in part. */
const READ_MS = 30_000;

/** Reads every block of a table: DuckDB keeps a checksum of each and says which one is wrong. */
const READ = (table: string) => `SELECT count(*), bit_xor(hash(t)) FROM ${table} t`;

export type Inspection =
  | { state: "missing" }
  /** Another process has it; `url` is where it serves, if it has said so. */
  | { state: "held"; pid: number | undefined; url: string | undefined }
  /** Not a database of ours, or one that cannot be read. */
  | { state: "unreadable"; reason: string }
  | {
      state: "idle";
      version: number;
      /** The version that this program writes. */
      currentVersion: number;
      bytes: number;
      spans: number;
      logs: number;
      /** False where not all of it was read, as was asked for or as it would have taken too long. */
      isWhole: boolean;
    };

/**
 * @param dataDir that of a server, running or not
 * @param options.readsAll false for a look that takes no time: counts, and no blocks
 */
export async function inspectDataDir(
  dataDir: string,
  { readsAll = true }: { readsAll?: boolean } = {},
): Promise<Inspection> {
  const file = join(resolve(dataDir), DATABASE_FILE);
  if (!existsSync(file)) return { state: "missing" };
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(file, { ...SEALED, access_mode: "READ_ONLY" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/sqlite/i.test(reason)) return { state: "unreadable", reason: "it is a database of SQLite" };
    if (!reason.includes("Could not set lock")) return { state: "unreadable", reason };
    const owner = ownerOf(dataDir);
    return { state: "held", pid: owner?.pid, url: owner?.url };
  }
  try {
    return await inspect(instance, file, readsAll);
  } catch (error) {
    return { state: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    instance.closeSync();
  }
}

async function inspect(instance: DuckDBInstance, file: string, readsAll: boolean): Promise<Inspection> {
  const connection = await instance.connect();
  try {
    const one = async (sql: string) => Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
    const version = await one(`SELECT max(version) FROM ${SCHEMA_TABLE}`);
    let isWhole = readsAll;
    const tooLong = setTimeout(() => {
      isWhole = false;
      connection.interrupt();
    }, READ_MS);
    const rows = async (table: string) => {
      if (isWhole) {
        try {
          return await one(READ(table));
        } catch (error) {
          if (isWhole) throw error;
        }
      }
      return one(`SELECT count(*) FROM ${table}`);
    };
    try {
      const [spans, logs] = [await rows("spans"), await rows("logs")];
      const { size: bytes } = statSync(file);
      return { state: "idle", version, currentVersion: SCHEMA_VERSION, bytes, spans, logs, isWhole };
    } finally {
      clearTimeout(tooLong);
    }
  } finally {
    connection.closeSync();
  }
}
