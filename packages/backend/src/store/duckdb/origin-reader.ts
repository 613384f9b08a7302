// Resources and scopes back from their ids, for answers that carry them. Lately read ones are remembered: they never
// change once stored.

import type { StoredResource, StoredScope } from "../store.ts";
import type { KeyDictionary, TextList } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";

/** A few kilobytes each. */
const REMEMBERED = 1_000;

const ATTRIBUTES = "to_json(attribute_ids)::VARCHAR AS attribute_ids, attribute_values";
const RESOURCES = (ids: string) =>
  `SELECT id, ${ATTRIBUTES}, dropped_attributes, schema_url, entity_refs FROM resources WHERE id IN (SELECT unnest(${ids}))`;
const SCOPES = (ids: string) =>
  `SELECT id, name, version, ${ATTRIBUTES}, dropped_attributes, schema_url FROM scopes WHERE id IN (SELECT unnest(${ids}))`;

interface OriginSelected {
  id: number;
  attribute_ids: string;
  attribute_values: TextList;
  dropped_attributes: number;
  schema_url: string;
}

export class OriginReader {
  readonly #readers: Readers;
  readonly #keys: KeyDictionary;
  readonly #resources = new Map<number, StoredResource>();
  readonly #scopes = new Map<number, StoredScope>();

  constructor(readers: Readers, keys: KeyDictionary) {
    this.#readers = readers;
    this.#keys = keys;
  }

  resources(ids: Iterable<number>): Promise<Map<number, StoredResource>> {
    return this.#load<OriginSelected & { entity_refs: string | null }, StoredResource>(
      ids,
      this.#resources,
      RESOURCES,
      (row) => ({
        ...this.#shared(row),
        ...(row.entity_refs !== null && { entityRefs: JSON.parse(row.entity_refs) }),
      }),
    );
  }

  scopes(ids: Iterable<number>): Promise<Map<number, StoredScope>> {
    return this.#load<OriginSelected & { name: string; version: string }, StoredScope>(
      ids,
      this.#scopes,
      SCOPES,
      (row) => ({
        name: row.name,
        version: row.version,
        ...this.#shared(row),
      }),
    );
  }

  #shared(row: OriginSelected): StoredResource {
    return {
      attributes: this.#keys.decode({
        ids: JSON.parse(row.attribute_ids),
        values: row.attribute_values.items,
      }),
      droppedAttributesCount: row.dropped_attributes,
      schemaUrl: row.schema_url,
    };
  }

  async #load<Row extends OriginSelected, T>(
    ids: Iterable<number>,
    remembered: Map<number, T>,
    select: (ids: string) => string,
    decode: (row: Row) => T,
  ): Promise<Map<number, T>> {
    const found = new Map<number, T>();
    const missing: number[] = [];
    for (const id of new Set(ids)) {
      const known = remembered.get(id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    if (missing.length) {
      const params = new Params();
      const rows = await this.#readers.all<Row>(select(params.ids(missing)), params);
      for (const row of rows) {
        const decoded = decode(row);
        found.set(row.id, decoded);
        remembered.set(row.id, decoded);
      }
      for (const oldest of remembered.keys()) {
        if (remembered.size <= REMEMBERED) break;
        remembered.delete(oldest);
      }
    }
    return found;
  }
}
