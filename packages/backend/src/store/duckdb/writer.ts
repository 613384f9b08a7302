// The one connection that writes. Each call is one transaction, synced to disk before it resolves, and waits for the
// checkpoint under way; when those are made is left to checkpoints.ts.

import { type DuckDBConnection, type DuckDBInstance, UINTEGER, VARCHAR } from "@duckdb/node-api";
import type { SpanTable } from "@enterspan/otlp";
import { othersTurn } from "../../pause.ts";
import type { Collection, Document, Documents } from "../documents.ts";
import type { Pruned, PruneLimits, WriteRequest, WriteResult } from "../store.ts";
import { append, type Column } from "./append.ts";
import { AttributeBlocks } from "./attribute-blocks.ts";
import { Checkpoints, type Logged } from "./checkpoints.ts";
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

const KEY_COLUMNS: ReadonlyArray<Column<KeyEntry>> = [
  { type: UINTEGER, of: (entry) => entry.id },
  { type: VARCHAR, of: (entry) => entry.place },
  { type: VARCHAR, of: (entry) => entry.type },
  { type: VARCHAR, of: (entry) => entry.key },
];

interface Insertion {
  batch: SpanBatch;
  result: WriteResult;
  logged: Logged;
  /** Call after the commit. */
  remember: () => Promise<void>;
}

export class Writer {
  readonly #connection: DuckDBConnection;
  readonly #keys: KeyDictionary;
  readonly #resources: OriginIds;
  readonly #scopes: OriginIds;
  readonly #recent: RecentSpans;
  readonly #probe = new SpanProbe();
  readonly #memory: MemoryLimit;
  readonly #checkpoints: Checkpoints;
  readonly #blocks: AttributeBlocks;
  readonly #chunks: SpanChunks;
  readonly #texts = new TextHolder();
  readonly #ranges = new TraceRanges();
  /** What was begun last; never rejects. */
  #last: Promise<void> = Promise.resolve();

  private constructor(
    connection: DuckDBConnection,
    keys: KeyDictionary,
    memory: MemoryLimit,
    checkpoints: Checkpoints,
    nextResource: number,
    nextScope: number,
    latestStart: bigint,
    blocks: AttributeBlocks,
  ) {
    this.#connection = connection;
    this.#keys = keys;
    this.#memory = memory;
    this.#checkpoints = checkpoints;
    this.#resources = new OriginIds("resources", nextResource);
    this.#scopes = new OriginIds("scopes", nextScope);
    this.#recent = new RecentSpans(latestStart);
    this.#blocks = blocks;
    this.#chunks = new SpanChunks(blocks, (bytes) => memory.add("spans", bytes));
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
    const memory = new MemoryLimit();
    await memory.measure(connection);
    await memory.fit(connection);
    return new Writer(
      connection,
      keys,
      memory,
      new Checkpoints(connection, memory, readers, logPath),
      Number(resource),
      Number(scope),
      start,
      blocks,
    );
  }

  /** Rejects with DuckDB's error after a rollback; then nothing of `requests` is stored. */
  write(requests: readonly WriteRequest[]): Promise<WriteResult> {
    return this.#inTurn(() => this.#write(requests));
  }

  prune(limits: PruneLimits): Promise<Pruned> {
    return this.#inTurn(async () => {
      await this.#checkpoints.makeWhereRowsAreLogged();
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
      await this.#checkpoints.ended();
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
      if (isBulk) await this.#checkpoints.trimCache();
      await otherTurnsIn(inserted.batch);
      keys.settle();
      await inserted.remember();
      await this.#checkpoints.beginWhenDue(inserted.logged);
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
    await this.#checkpoints.ended();
    // Where these fail, on a full disk say, nothing is lost: the log has every acknowledged write, the next open reads it.
    await this.#blocks.close(this.#connection).catch(() => {});
    await this.#checkpoints.make().catch(() => {});
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
}

/** Between steps that take Node's thread for some milliseconds where the batch is large. */
async function otherTurnsIn(batch: SpanBatch): Promise<void> {
  if (batch.length >= ROW_GROUP_ROWS) await othersTurn();
}

function sumOf<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): number {
  let sum = 0;
  for (const row of rows) sum += bytesOf(row);
  return sum;
}
