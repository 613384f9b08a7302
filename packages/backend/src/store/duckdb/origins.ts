// Resources and scopes, each stored once and named by a small id in every span and log. They are told apart by a digest
// of their whole content. Ids in use lately are remembered; the rest are looked up, since a sender may make a new
// resource for every process.

import { hash } from "node:crypto";
import { type DuckDBConnection, LIST, listValue, UINTEGER, UUID, VARCHAR } from "@duckdb/node-api";
import { type InstrumentationScope, keyValuesToJson, type Resource } from "@enterspan/otlp";
import { serviceOf } from "../service-name.ts";
import { append, type Column } from "./append.ts";
import { hexOfUuid, uuidOf } from "./hex.ts";
import type { KeyDraft, StoredAttributes } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import { textBytes } from "./stored-value.ts";

/** About 100 bytes each. */
const REMEMBERED = 10_000;

interface Origin {
  digest: string;
  id: number;
}

export interface ResourceRow extends Origin {
  service: string;
  attributes: StoredAttributes;
  dropped: number;
  schemaUrl: string;
  /** As JSON. */
  entityRefs: string | null;
}

export interface ScopeRow extends Origin {
  name: string;
  version: string;
  attributes: StoredAttributes;
  dropped: number;
  schemaUrl: string;
}

/** What the row's attributes take before compression: about the UTF-8 of their values. */
export function originBytes({ attributes }: ResourceRow | ScopeRow): number {
  let size = 0;
  for (const value of attributes.values) size += textBytes(value) + 4;
  return size;
}

/** 128 bits of SHA-256: enough that two origins never meet. */
export const digestOf = (content: string): string => hash("sha256", content, "hex").slice(0, 32);

export function resourceDigest(resource: Resource, schemaUrl: string): string {
  const { attributes, droppedAttributesCount, entityRefs } = resource;
  const content = [keyValuesToJson(attributes), droppedAttributesCount, schemaUrl];
  // Without any it is the digest from before they were stored.
  return digestOf(JSON.stringify(entityRefs ? [...content, entityRefs] : content));
}

export function scopeDigest(scope: InstrumentationScope, schemaUrl: string): string {
  const { name, version, attributes, droppedAttributesCount } = scope;
  return digestOf(
    JSON.stringify([name, version, keyValuesToJson(attributes), droppedAttributesCount, schemaUrl]),
  );
}

/** Ids of one table's origins. `resolve` once a transaction, `commit` or nothing afterwards. */
export class OriginIds {
  readonly #table: "resources" | "scopes";
  readonly #known = new Map<string, number>();
  #next: number;

  constructor(table: "resources" | "scopes", next: number) {
    this.#table = table;
    this.#next = next;
  }

  /** The ids of `digests`, and which of them are new and want a row with that id. */
  async resolve(
    connection: DuckDBConnection,
    digests: ReadonlySet<string>,
  ): Promise<{ ids: Map<string, number>; added: Set<string> }> {
    const ids = new Map<string, number>();
    const added = new Set<string>();
    const unknown: string[] = [];
    for (const digest of digests) {
      const id = this.#known.get(digest);
      if (id === undefined) unknown.push(digest);
      else ids.set(digest, id);
    }
    if (unknown.length === 0) return { ids, added };
    const params = new Params();
    const sql = `SELECT id, digest::VARCHAR AS digest FROM ${this.#table} WHERE digest IN (SELECT unnest(${params.uuids(unknown)}))`;
    const found = await connection.runAndReadAll(sql, params.values, params.types);
    for (const [id, digest] of found.getRows()) ids.set(hexOfUuid(digest as string), id as number);
    let next = this.#next;
    for (const digest of unknown) {
      if (ids.has(digest)) continue;
      ids.set(digest, next++);
      added.add(digest);
    }
    return { ids, added };
  }

  /** After the transaction: remembers the ids, and that the new ones are taken. */
  commit(ids: ReadonlyMap<string, number>): void {
    for (const [digest, id] of ids) {
      this.#known.delete(digest);
      this.#known.set(digest, id);
      if (id >= this.#next) this.#next = id + 1;
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED) break;
      this.#known.delete(oldest);
    }
  }
}

const shared = <
  Row extends Origin & { attributes: StoredAttributes; dropped: number; schemaUrl: string },
>() =>
  [
    { type: LIST(UINTEGER), of: (row) => listValue(row.attributes.ids) },
    { type: LIST(VARCHAR), of: (row) => listValue(row.attributes.values) },
    { type: UINTEGER, of: (row) => row.dropped },
    { type: VARCHAR, of: (row) => row.schemaUrl },
  ] satisfies Array<Column<Row>>;

const RESOURCE_COLUMNS: ReadonlyArray<Column<ResourceRow>> = [
  { type: UINTEGER, of: (row) => row.id },
  { type: UUID, of: (row) => uuidOf(row.digest) },
  { type: VARCHAR, of: (row) => row.service },
  ...shared<ResourceRow>(),
  { type: VARCHAR, of: (row) => row.entityRefs },
];

const SCOPE_COLUMNS: ReadonlyArray<Column<ScopeRow>> = [
  { type: UINTEGER, of: (row) => row.id },
  { type: UUID, of: (row) => uuidOf(row.digest) },
  { type: VARCHAR, of: (row) => row.name },
  { type: VARCHAR, of: (row) => row.version },
  ...shared<ScopeRow>(),
];

export function resourceRow(
  origin: Origin,
  resource: Resource,
  schemaUrl: string,
  keys: KeyDraft,
): ResourceRow {
  return {
    ...origin,
    service: serviceOf(resource),
    attributes: keys.encode("resource", resource.attributes),
    dropped: resource.droppedAttributesCount,
    schemaUrl,
    entityRefs: resource.entityRefs ? JSON.stringify(resource.entityRefs) : null,
  };
}

export function scopeRow(
  origin: Origin,
  scope: InstrumentationScope,
  schemaUrl: string,
  keys: KeyDraft,
): ScopeRow {
  return {
    ...origin,
    name: scope.name,
    version: scope.version,
    attributes: keys.encode("scope", scope.attributes),
    dropped: scope.droppedAttributesCount,
    schemaUrl,
  };
}

export const appendResources = (connection: DuckDBConnection, rows: readonly ResourceRow[]) =>
  append(connection, "resources", RESOURCE_COLUMNS, rows);

export const appendScopes = (connection: DuckDBConnection, rows: readonly ScopeRow[]) =>
  append(connection, "scopes", SCOPE_COLUMNS, rows);
