// The DuckDB engine behind the Store interface: one file, one owner, one session (session.ts) while the file is open. After
// an error that ends DuckDB's instance the file is opened again.

import type { LogsData, TracesData } from "@enterspan/otlp";
import type { AggregateQuery, AggregateRow } from "../aggregate.ts";
import type { Collection, Document, DocumentPage, Documents } from "../documents.ts";
import type { EventFilter, Needle } from "../filter.ts";
import type { SqlQuery, SqlResult } from "../sql.ts";
import {
  type EventBucket,
  type EventKey,
  type EventQuery,
  type ExportedPage,
  type ExportRange,
  type Extent,
  type Pruned,
  type PruneLimits,
  type ServiceCalls,
  type ServiceMapQuery,
  type ServiceOverview,
  type Store,
  type StoredEvent,
  type StoredTrace,
  StoreUnavailableError,
  type TraceListQuery,
  type TraceOverview,
  type WriteRequest,
  type WriteResult,
} from "../store.ts";
import type { TopTracesQuery, TraceCell, TraceCountQuery } from "../trace-queries.ts";
import { aggregate } from "./aggregate.ts";
import { getDocument, listDocuments } from "./documents.ts";
import { listEvents } from "./event-list.ts";
import { countEvents, listKeys, listServices, measure } from "./event-totals.ts";
import { exportLogs, exportSpans } from "./export-page.ts";
import { matchTexts } from "./match-texts.ts";
import { openDatabase, reopenDatabase } from "./open.ts";
import type { Ownership } from "./owner.ts";
import { ROW_GROUP_ROWS } from "./row-group.ts";
import { serviceCalls } from "./service-map.ts";
import { closeSession, type DuckDbOptions, openSession, type Session } from "./session.ts";
import { patternsOf } from "./sql-filter.ts";
import { topTraces } from "./top-traces.ts";
import { countTraces } from "./trace-counts.ts";
import { listTraces } from "./trace-list.ts";
import { tryPatterns } from "./try-patterns.ts";
import { wholeTrace } from "./whole-trace.ts";
import type { Writer } from "./writer.ts";

export class DuckDbStore implements Store {
  readonly bulkSpans = ROW_GROUP_ROWS;
  readonly #dataDir: string;
  readonly #options: DuckDbOptions;
  readonly #ownership: Ownership;
  /** Rejects when the file could not be opened again; `undefined` when nobody has tried yet. */
  #session: Promise<Session> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(dataDir: string, options: DuckDbOptions, ownership: Ownership, session: Session) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#ownership = ownership;
    this.#session = Promise.resolve(session);
  }

  /** Makes the directory and the database when they are missing. @throws BackendError with one of the `data_…` codes. */
  static async open(dataDir: string, options: DuckDbOptions = {}): Promise<DuckDbStore> {
    const { instance, ownership } = await openDatabase(dataDir);
    try {
      return new DuckDbStore(dataDir, options, ownership, await openSession(instance, dataDir, options));
    } catch (error) {
      instance.closeSync();
      ownership.release();
      throw error;
    }
  }

  /** Lets the next process that finds the directory in use say where it is served. */
  announce(url: string): void {
    this.#ownership.announce(url);
  }

  write(requests: readonly WriteRequest[]): Promise<WriteResult> {
    return this.#withWriter((writer) => writer.write(requests));
  }

  prune(limits: PruneLimits): Promise<Pruned> {
    return this.#withWriter((writer) => writer.prune(limits));
  }

  addDocument(collection: Collection, document: Document, keepBytes: number): Promise<void> {
    return this.#withWriter((writer) => writer.addDocument(collection, document, keepBytes));
  }

  changeDocument(...document: Parameters<Documents["changeDocument"]>): Promise<boolean> {
    return this.#withWriter((writer) => writer.changeDocument(...document));
  }

  deleteDocument(collection: Collection, id: string): Promise<boolean> {
    return this.#withWriter((writer) => writer.deleteDocument(collection, id));
  }

  async getDocument(collection: Collection, id: string): Promise<Document | undefined> {
    return getDocument((await this.#open()).readers, collection, id);
  }

  async listDocuments(
    collection: Collection,
    page: Parameters<Documents["listDocuments"]>[1],
  ): Promise<DocumentPage> {
    return listDocuments((await this.#open()).readers, collection, page);
  }

  async sql(query: SqlQuery): Promise<SqlResult> {
    return (await this.#open()).sandbox.run(query);
  }

  async #withWriter<T>(use: (writer: Writer) => Promise<T>): Promise<T> {
    const session = await this.#open();
    try {
      return await use(session.writer);
    } catch (cause) {
      if (isFatal(cause)) await this.#abandon(session);
      throw unavailable(cause);
    }
  }

  async listTraces(query: TraceListQuery): Promise<TraceOverview[]> {
    const { readers, keys, origins } = await this.#open();
    await this.#tryPatterns(query.where);
    return listTraces(readers, keys, origins, query);
  }

  async topTraces(query: TopTracesQuery): Promise<TraceOverview[]> {
    const { readers, keys, origins } = await this.#open();
    await this.#tryPatterns(query.where);
    return topTraces(readers, keys, origins, query);
  }

  async countTraces(query: TraceCountQuery): Promise<TraceCell[]> {
    const { readers, keys } = await this.#open();
    await this.#tryPatterns(query.where);
    return countTraces(readers, keys, query);
  }

  async getTrace(traceId: string): Promise<StoredTrace | undefined> {
    const { readers, keys, origins } = await this.#open();
    return wholeTrace(readers, keys, origins, traceId, this.#options.maxTraceBytes);
  }

  async listServices(): Promise<ServiceOverview[]> {
    return listServices((await this.#open()).readers);
  }

  async mapServices(query: ServiceMapQuery): Promise<ServiceCalls[]> {
    return serviceCalls((await this.#open()).readers, query);
  }

  async listEvents(query: EventQuery): Promise<StoredEvent[]> {
    const { readers, keys, origins } = await this.#open();
    await this.#tryPatterns(query.where);
    return listEvents(readers, keys, origins, query);
  }

  async countEvents(where: EventFilter, bucketNano: bigint): Promise<EventBucket[]> {
    const { readers, keys } = await this.#open();
    await this.#tryPatterns(where);
    return countEvents(readers, keys, where, bucketNano);
  }

  async aggregate(query: AggregateQuery): Promise<AggregateRow[]> {
    const { readers, keys } = await this.#open();
    await this.#tryPatterns(query.where);
    return aggregate(readers, keys, query);
  }

  async listKeys(where: EventFilter): Promise<EventKey[]> {
    const { readers, keys } = await this.#open();
    await this.#tryPatterns(where);
    return listKeys(readers, keys, where);
  }

  async attributeKeys(): Promise<string[]> {
    return (await this.#open()).keys.names();
  }

  async measure(where: EventFilter): Promise<Extent> {
    const { readers, keys } = await this.#open();
    return measure(readers, keys, where);
  }

  async exportSpans(range: ExportRange): Promise<ExportedPage<TracesData>> {
    const { readers, keys, origins } = await this.#open();
    return exportSpans(readers, keys, origins, range);
  }

  async exportLogs(range: ExportRange): Promise<ExportedPage<LogsData>> {
    const { readers, keys, origins } = await this.#open();
    return exportLogs(readers, keys, origins, range);
  }

  async matchTexts(texts: readonly string[], needle: Needle): Promise<string[]> {
    const { readers } = await this.#open();
    if (needle.isRegex) await tryPatterns(readers, [needle.value]);
    return matchTexts(readers, texts, needle);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    try {
      if (session) await closeSession(session);
    } finally {
      this.#ownership.release();
    }
  }

  async #open(): Promise<Session> {
    if (this.#closing) throw new StoreUnavailableError("The store is closing.");
    const opening = this.#session ?? this.#reopen();
    this.#session = opening;
    try {
      return await opening;
    } catch (cause) {
      // The next call tries again.
      if (this.#session === opening) this.#session = undefined;
      throw unavailable(cause);
    }
  }

  async #reopen(): Promise<Session> {
    return openSession(await reopenDatabase(this.#dataDir), this.#dataDir, this.#options);
  }

  /** Lets go of an instance that DuckDB has declared dead. */
  async #abandon(session: Session): Promise<void> {
    const gone = closeSession(session).catch(() => {}); // It is dead: what cannot be closed any more is let go.
    this.#session = gone.then(() => this.#reopen());
    this.#session.catch(() => {}); // Told to the next call, which tries again.
    await gone;
  }

  async #tryPatterns(where: EventFilter | undefined): Promise<void> {
    if (where !== undefined) await tryPatterns((await this.#open()).readers, patternsOf(where));
  }
}

const isFatal = (error: unknown) =>
  error instanceof Error && /fatal|invalidated|INTERNAL Error/i.test(error.message);

function unavailable(cause: unknown): StoreUnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailableError(`The store is away for the moment: ${reason}`, { cause });
}
