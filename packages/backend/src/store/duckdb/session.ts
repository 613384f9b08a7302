// What of the store exists only while its file is open: the instance, its connections, and what was read of the file.

import { join } from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";
import { KeyDictionary, type KeyEntry } from "./key-dictionary.ts";
import { LOG_FILE } from "./open.ts";
import { OriginReader } from "./origin-reader.ts";
import { Readers } from "./readers.ts";
import { Sandbox } from "./sql/sandbox.ts";
import { Writer } from "./writer.ts";

export interface DuckDbOptions {
  /** How long a statement of `sql` may take; 10 s without it. */
  sqlTimeoutMs?: number | undefined;
  /** How many spans share a block of the index of attribute values, for tests; see attribute-blocks.ts. */
  rowsPerBlock?: number | undefined;
  /** How many attribute keys get an id of their own, for tests; see key-dictionary.ts. */
  maxKeys?: number | undefined;
  /** How large a trace `getTrace` gives, before compression; 200 MB without it. */
  maxTraceBytes?: number | undefined;
}

export interface Session {
  instance: DuckDBInstance;
  keys: KeyDictionary;
  readers: Readers;
  origins: OriginReader;
  writer: Writer;
  sandbox: Sandbox;
}

export async function openSession(
  instance: DuckDBInstance,
  dataDir: string,
  { sqlTimeoutMs, rowsPerBlock, maxKeys }: DuckDbOptions,
): Promise<Session> {
  const readers = await Readers.open(instance);
  const keys = new KeyDictionary(maxKeys);
  for (const entry of await readers.all<KeyEntry>(
    "SELECT id, place, type, key FROM attribute_keys ORDER BY id",
  )) {
    keys.add(entry);
  }
  const writer = await Writer.open(instance, keys, readers, join(dataDir, LOG_FILE), rowsPerBlock);
  const sandbox = await Sandbox.open(instance, readers, sqlTimeoutMs);
  return { instance, keys, readers, origins: new OriginReader(readers, keys), writer, sandbox };
}

/** Closes everything of it, whatever of that fails. @throws the first failure, once all is closed. */
export async function closeSession({ sandbox, readers, writer, instance }: Session): Promise<void> {
  const failures: unknown[] = [];
  for (const part of [sandbox, readers, writer]) await part.close().catch((error) => failures.push(error));
  instance.closeSync();
  if (failures.length > 0) throw failures[0];
}
