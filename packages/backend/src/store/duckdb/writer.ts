// The one connection that writes. Each call is one transaction, synced to disk before it resolves. Checkpoints run here,
// between transactions: one that runs beside an insert would block Node's thread for a second.

import { stat } from "node:fs/promises";
import { type DuckDBConnection, type DuckDBInstance, UINTEGER, VARCHAR } from "@duckdb/node-api";
import type { SpanTable } from "@enterspan/otlp";
import { othersTurn } from "../../pause.ts";
import type { Collection, Document, Documents } from "../documents.ts";
import type { Pruned, PruneLimits, WriteRequest, WriteResult } from "../store.ts";
import { append, type Column } from "./append.ts";
import { AttributeBlocks } from "./attribute-blocks.ts";
import { addDocument, changeDocument, deleteDocument } from "./documents.ts";
import { PROBE_TABLES, SpanProbe, storedLogs } from "./duplicates.ts";
import type { KeyDictionary, KeyDraft, KeyEntry } from "./key-dictionary.ts";
import { LOG_COLUMNS, logBytes, logIdentity } from "./log-rows.ts";
import { MemoryLimit } from "./memory.ts";
import { appendResources, appendScopes, OriginIds, originBytes } from "./origins.ts";
import { prune } from "./prune.ts";
import { TextHolder } from "./raw-chunk.ts";
import type { Readers } from "./readers.ts";
import { RecentSpans } from "./recent-spans.ts";
import { ROW_GROUP_ROWS } from "./row-group.ts";
import { logRows, originRows, originsOf, spanOriginIds } from "./rows-of.ts";
import { SpanBatch } from "./span-batch.ts";
import { SpanChunks } from "./span-chunks.ts";
import { SpanSource } from "./span-source.ts";
import { TraceRanges } from "./trace-ranges.ts";
import { BatchResult } from "./write-result.ts";

/** In the log at most: a checkpoint of this many rows takes 0.2 to 0.3 s and keeps a replay after a crash below 1 s. */
const ROWS_PER_CHECKPOINT = ROW_GROUP_ROWS;

/** For rows with long texts: the log takes about three times this on disk before a checkpoint empties it. */
const BYTES_PER_CHECKPOINT = 64_000_000;

/**
 * Of the log on disk. DuckDB writes a list together with those of all rows before it in the same 2,048, so that rows that come
 * by fifties take twenty times their size there (measured: 1.0 kB a row by 2,048, 21 kB by 50; texts alone 1.0 kB by both).
 */
const LOG_BYTES_PER_CHECKPOINT = 128_000_000;

const KEY_COLUMNS: ReadonlyArray<Column<KeyEntry>> = [
  { type: UINTEGER, of: (entry) => entry.id },
  { type: VARCHAR, of: (entry) => entry.place },
  { type: VARCHAR, of: (entry) => entry.type },
  { type: VARCHAR, of: (entry) => entry.key },
];

interface Insertion {
  batch: SpanBatch;
  result: WriteResult;
  /** What goes into the write-ahead log. */
  logged: { rows: number; bytes: number };
  /** Call after the commit. */
  remember: () => Promise<void>;
}

export class Writer {
  readonly #connection: DuckDBConnection;
  readonly #keys: KeyDictionary;
  readonly #readers: Readers;
  readonly #logPath: string;
  readonly #resources: OriginIds;
  readonly #scopes: OriginIds;
  readonly #recent: RecentSpans;
  readonly #probe = new SpanProbe();
  readonly #memory = new MemoryLimit();
  readonly #blocks: AttributeBlocks;
  readonly #chunks: SpanChunks;
  readonly #texts = new TextHolder();
  readonly #ranges = new TraceRanges();
  #rowsSinceCheckpoint = 0;
  #bytesSinceCheckpoint = 0;
  #checkpoint: Promise<unknown> | undefined;
  /** What was begun last; never rejects. */
  #last: Promise<void> = Promise.resolve();

  private constructor(
    connection: DuckDBConnection,
    keys: KeyDictionary,
    readers: Readers,
    logPath: string,
    nextResource: number,
    nextScope: number,
    latestStart: bigint,
    blocks: AttributeBlocks,
  ) {
    this.#connection = connection;
    this.#keys = keys;
    this.#readers = readers;
    this.#logPath = logPath;
    this.#resources = new OriginIds("resources", nextResource);
    this.#scopes = new OriginIds("scopes", nextScope);
    this.#recent = new RecentSpans(latestStart);
    this.#blocks = blocks;
    this.#chunks = new SpanChunks(blocks, (bytes) => this.#memory.add("spans", bytes));
  }

  static async open(
    instance: DuckDBInstance,
    keys: KeyDictionary,
    readers: Readers,
    logPath: string,
    rowsPerBlock: number | undefined,
  ): Promise<Writer> {
    const connection = await instance.connect();
    await connection.run(PROBE_TABLES);
    const stored = await connection.runAndReadAll(
      `SELECT (SELECT coalesce(max(id), 0) + 1 FROM resources), (SELECT coalesce(max(id), 0) + 1 FROM scopes),
        (SELECT coalesce(max(start_unix_nano), -1) FROM spans)`,
    );
    const [resource, scope, start] = stored.getRows()[0] as [bigint | number, bigint | number, bigint];
    const blocks = await AttributeBlocks.open(connection, rowsPerBlock);
    const writer = new Writer(
      connection,
      keys,
      readers,
      logPath,
      Number(resource),
      Number(scope),
      start,
      blocks,
    );
    await writer.#memory.measure(connection);
    await writer.#memory.fit(connection);
    return writer;
  }

  /** Rejects with DuckDB's error after a rollback; then nothing of `requests` is stored. */
  write(requests: readonly WriteRequest[]): Promise<WriteResult> {
    return this.#inTurn(() => this.#write(requests));
  }

  prune(limits: PruneLimits): Promise<Pruned> {
    return this.#inTurn(async () => {
      // What lies in the log takes no blocks yet.
      if (this.#rowsSinceCheckpoint > 0) await this.#checkpointNow();
      return prune(this.#connection, limits);
    });
  }

  addDocument(collection: Collection, document: Document, keepBytes: number): Promise<void> {
    return this.#inTransaction((connection) => addDocument(connection, collection, document, keepBytes));
  }

  changeDocument(...[collection, id, change]: Parameters<Documents["changeDocument"]>): Promise<boolean> {
    return this.#inTransaction((connection) => changeDocument(connection, collection, id, change));
  }

  deleteDocument(collection: Collection, id: string): Promise<boolean> {
    return this.#inTransaction((connection) => deleteDocument(connection, collection, id));
  }

  #inTransaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#connection.run("BEGIN TRANSACTION");
      try {
        const result = await work(this.#connection);
        await this.#connection.run("COMMIT");
        return result;
      } catch (error) {
        await this.#connection.run("ROLLBACK").catch(() => {}); // A failed COMMIT has rolled back already.
        throw error;
      }
    });
  }

  /** One thing at a time on the connection, each after the checkpoint under way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      await this.#checkpoint;
      return work();
    });
    this.#last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #write(requests: readonly WriteRequest[]): Promise<WriteResult> {
    const keys = this.#keys.draft();
    let inserted: Insertion | undefined;
    await this.#connection.run("BEGIN TRANSACTION");
    try {
      inserted = await this.#insert(requests, keys);
      keys.publish();
      const isBulk = inserted.batch.length >= ROW_GROUP_ROWS;
      // Whole row groups are compressed at the commit, others at a checkpoint.
      if (isBulk) await this.#memory.fit(this.#connection);
      await this.#connection.run("COMMIT");
      if (isBulk) await this.#trim();
      await otherTurnsIn(inserted.batch);
      keys.settle();
      await inserted.remember();
      await this.#checkpointWhenDue(inserted.logged);
      return inserted.result;
    } catch (error) {
      await this.#connection.run("ROLLBACK").catch(() => {}); // A failed COMMIT has rolled back already.
      keys.withdraw();
      this.#blocks.withdraw();
      if (inserted) this.#recent.distrust(inserted.batch);
      throw error;
    }
  }

  /** Waits for a checkpoint under way, makes a last one and closes. */
  async close(): Promise<void> {
    await this.#last;
    await this.#checkpoint;
    // Where these fail, on a full disk say, nothing is lost: the log has every acknowledged write, the next open reads it.
    await this.#blocks.close(this.#connection).catch(() => {});
    await this.#checkpointNow().catch(() => {});
    this.#connection.closeSync();
  }

  async #insert(requests: readonly WriteRequest[], keys: KeyDraft): Promise<Insertion> {
    const connection = this.#connection;
    const origins = originsOf(requests);
    const resources = await this.#resources.resolve(connection, origins.resources);
    const scopes = await this.#scopes.resolve(connection, origins.scopes);
    const added = originRows(origins, resources, scopes, keys);
    const batch = await SpanBatch.of(requests.flatMap(({ spans }) => spans ?? []));
    await otherTurnsIn(batch);
    batch.remove(await this.#probe.stored(connection, batch, await this.#recent.suspects(batch)));
    await otherTurnsIn(batch);
    await this.#blocks.begin(connection);
    const spanBytes = await this.#appendSpans(batch, (table) => {
      return new SpanSource(table, spanOriginIds(table, origins, resources, scopes), keys, this.#texts);
    });
    await this.#blocks.append(connection);
    await otherTurnsIn(batch);
    const ranges = await this.#ranges.append(connection, batch);
    const rows = logRows(
      requests,
      (group) => {
        const { resource, scope } = origins.of.get(group) as { resource: string; scope: string };
        return { resource: resources.ids.get(resource) as number, scope: scopes.ids.get(scope) as number };
      },
      keys,
    );
    const knownLogs = await storedLogs(connection, rows);
    const logs = rows.filter((row) => !knownLogs.has(logIdentity(row.digest, row.occurrence)));
    for (const log of logs) this.#memory.add("logs", logBytes(log));
    await append(connection, "logs", LOG_COLUMNS, logs);
    await appendResources(connection, added.resources);
    await appendScopes(connection, added.scopes);
    await append(connection, "attribute_keys", KEY_COLUMNS, keys.added);
    const isBulk = batch.length >= ROW_GROUP_ROWS;
    const inLog = isBulk ? (batch.length % ROW_GROUP_ROWS) / batch.length : 1;
    return {
      batch,
      result: new BatchResult(batch, logs),
      logged: {
        rows: batch.length * inLog + logs.length + (isBulk ? ranges : 0),
        bytes:
          spanBytes * inLog +
          sumOf(logs, logBytes) +
          sumOf(added.resources, originBytes) +
          sumOf(added.scopes, originBytes),
      },
      remember: async () => {
        this.#resources.commit(resources.ids);
        this.#scopes.commit(scopes.ids);
        await this.#recent.add(batch);
      },
    };
  }

  async #appendSpans(batch: SpanBatch, sourceOf: (table: SpanTable) => SpanSource): Promise<number> {
    try {
      return await this.#chunks.append(this.#connection, batch, batch.tables.map(sourceOf));
    } finally {
      this.#texts.release();
    }
  }

  async #checkpointWhenDue({ rows, bytes }: Insertion["logged"]): Promise<void> {
    this.#rowsSinceCheckpoint += rows;
    this.#bytesSinceCheckpoint += bytes;
    const isDue =
      this.#rowsSinceCheckpoint >= ROWS_PER_CHECKPOINT ||
      this.#bytesSinceCheckpoint >= BYTES_PER_CHECKPOINT ||
      (await logSize(this.#logPath)) >= LOG_BYTES_PER_CHECKPOINT;
    if (!isDue) return;
    // A checkpoint that fails loses nothing, the log has all of it; the next one covers it.
    this.#checkpoint = this.#checkpointNow().catch(() => {});
  }

  async #checkpointNow(): Promise<void> {
    this.#rowsSinceCheckpoint = 0;
    this.#bytesSinceCheckpoint = 0;
    await this.#memory.fit(this.#connection);
    await this.#connection.run("CHECKPOINT");
    await this.#trim();
  }

  /** Of what was just written nothing is to be read before somebody asks. */
  async #trim(): Promise<void> {
    if (this.#readers.isIdle) await this.#memory.trim(this.#connection);
  }
}

/** 0 where there is none. */
const logSize = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Each step with a large batch takes Node's thread for 10 to 30 ms, and requests wait for it. */
async function otherTurnsIn(batch: SpanBatch): Promise<void> {
  if (batch.length >= ROW_GROUP_ROWS) await othersTurn();
}

function sumOf<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): number {
  let sum = 0;
  for (const row of rows) sum += bytesOf(row);
  return sum;
}
