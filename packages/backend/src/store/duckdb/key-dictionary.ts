// Attribute keys as numbers: (place, type, key) ↔ id. A row of spans or logs holds only ids and values. The type sits in
// the key's id, so a value needs none; the place lets a query skip tables in which a key never occurred.

import type { KeyValue } from "@enterspan/otlp";
import { fromStored, type StoredType, toStored } from "./stored-value.ts";

export type KeyPlace = "span" | "log" | "resource" | "scope";

export interface KeyEntry {
  id: number;
  place: KeyPlace;
  type: StoredType;
  key: string;
}

/** Attributes of one row; both lists have the same length and keep order and duplicates. */
export interface StoredAttributes {
  ids: number[];
  values: string[];
}

/** A `VARCHAR[]` without nulls as DuckDB's client gives it. */
export interface TextList {
  items: readonly string[];
}

/** Ids by key, in one map for each place and type: no text is put together for a lookup. */
class KeyIndex {
  readonly #maps = new Map<KeyPlace, Map<StoredType, Map<string, number>>>();

  get(place: KeyPlace, type: StoredType, key: string): number | undefined {
    return this.#maps.get(place)?.get(type)?.get(key);
  }

  set({ place, type, key, id }: KeyEntry): void {
    const ofPlace = this.#maps.get(place) ?? new Map<StoredType, Map<string, number>>();
    const ofType = ofPlace.get(type) ?? new Map<string, number>();
    this.#maps.set(place, ofPlace.set(type, ofType.set(key, id)));
  }
}

/** Ids that are committed or about to be. Grows with the number of distinct keys ever stored, about 100 bytes each. */
export class KeyDictionary {
  readonly #byKey = new KeyIndex();
  readonly #byName = new Map<string, KeyEntry[]>();
  readonly #byId: KeyEntry[] = [];

  /** From what is stored. */
  add(entry: KeyEntry): void {
    this.publish(entry);
    this.settle(entry);
  }

  /** Lets readers decode the id. Writers do not meet it yet. */
  publish(entry: KeyEntry): void {
    this.#byId[entry.id] = entry;
  }

  /** Takes back a published id; nobody has read it, since no row with it was committed. */
  withdraw(entry: KeyEntry): void {
    delete this.#byId[entry.id];
  }

  /** Lets writers use the id and filters look for the key. */
  settle(entry: KeyEntry): void {
    this.#byKey.set(entry);
    const named = this.#byName.get(entry.key);
    if (named) named.push(entry);
    else this.#byName.set(entry.key, [entry]);
  }

  /** Every id under which `key` was stored at `place`, one for each type. */
  entries(place: KeyPlace, key: string): KeyEntry[] {
    return this.#byName.get(key)?.filter((entry) => entry.place === place) ?? [];
  }

  /** All keys of events and resources, each once. */
  names(): string[] {
    return [...this.#byName].flatMap(([name, entries]) =>
      entries.some(({ place }) => place !== "scope") ? [name] : [],
    );
  }

  entry(id: number): KeyEntry {
    const entry = this.#byId[id];
    if (!entry) throw new Error(`attribute key ${id} is not in the dictionary; the database is inconsistent`);
    return entry;
  }

  decode(attributes: { ids: readonly number[]; values: readonly string[] }): KeyValue[] {
    return attributes.ids.map((id, at) => {
      const { type, key } = this.entry(id);
      return { key, value: fromStored(type, attributes.values[at] as string) };
    });
  }

  /**
   * Starts a transaction's additions; the next draft knows them only after `settle`. One draft at a time. A withdrawn id
   * is not given again before the file is opened anew: a commit that reported failure may have reached the disk.
   */
  draft(): KeyDraft {
    return new KeyDraft(this, this.#byKey, this.#byId.length || 1);
  }
}

export class KeyDraft {
  /** New keys, to be inserted in the same transaction. */
  readonly added: KeyEntry[] = [];
  readonly #addedIds = new KeyIndex();
  readonly #dictionary: KeyDictionary;
  readonly #known: KeyIndex;
  #next: number;

  constructor(dictionary: KeyDictionary, known: KeyIndex, next: number) {
    this.#dictionary = dictionary;
    this.#known = known;
    this.#next = next;
  }

  encode(place: KeyPlace, pairs: readonly KeyValue[]): StoredAttributes {
    const ids = new Array<number>(pairs.length);
    const values = new Array<string>(pairs.length);
    for (let at = 0; at < pairs.length; at++) {
      const { key, value } = pairs[at] as KeyValue;
      const { type, text } = toStored(value);
      ids[at] = this.idOf(place, type, key);
      values[at] = text;
    }
    return { ids, values };
  }

  /** Just before COMMIT: a reader may see the rows before the writer hears of its success. */
  publish(): void {
    for (const entry of this.added) this.#dictionary.publish(entry);
  }

  /** After a successful COMMIT. */
  settle(): void {
    for (const entry of this.added) this.#dictionary.settle(entry);
  }

  /** After a rollback, published or not. */
  withdraw(): void {
    for (const entry of this.added) this.#dictionary.withdraw(entry);
  }

  /** The id of a key, a new one where it was never stored. */
  idOf(place: KeyPlace, type: StoredType, key: string): number {
    const id = this.#known.get(place, type, key) ?? this.#addedIds.get(place, type, key);
    if (id !== undefined) return id;
    const added = { id: this.#next++, place, type, key };
    this.added.push(added);
    this.#addedIds.set(added);
    return added.id;
  }
}
