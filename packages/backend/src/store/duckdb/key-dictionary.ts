// Attribute keys as numbers: (place, type, key) ↔ id. A row of spans or logs holds only ids and values. The type sits in
// the key's id, so a value needs none; the place lets a query skip tables in which a key never occurred.

import { type KeyValue, keyValuesFromJson, keyValuesToJson } from "@enterspan/otlp";
import { fromStored, type StoredType, toStored } from "./stored-value.ts";

export type KeyPlace = "span" | "log" | "resource" | "scope";

/**
 * How many may have an id: each takes some 250 bytes of memory for good, and a sender that makes keys of values would make ever
 * more. Attributes of further keys are kept under one key of their place, and cannot be asked for by their own.
 */
const MAX_KEYS = 100_000;

/** Under it each is a list of one pair. A sender's own of that name and type goes there too, so that nothing is confused. */
const OTHER = { key: "enterspan.other_keys", type: "k" } as const;

const isOther = (type: StoredType, key: string) => type === OTHER.type && key === OTHER.key;

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

/** Ids that are committed or about to be. */
export class KeyDictionary {
  readonly #maxKeys: number;
  readonly #byKey = new KeyIndex();
  readonly #byName = new Map<string, KeyEntry[]>();
  readonly #byId: KeyEntry[] = [];

  /** `maxKeys` is for tests. */
  constructor(maxKeys = MAX_KEYS) {
    this.#maxKeys = maxKeys;
  }

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
      const text = attributes.values[at] as string;
      if (isOther(type, key)) return keyValuesFromJson(JSON.parse(text))[0] as KeyValue;
      return { key, value: fromStored(type, text) };
    });
  }

  /**
   * Starts a transaction's additions; the next draft knows them only after `settle`. One draft at a time. A withdrawn id
   * is not given again before the file is opened anew: a commit that reported failure may have reached the disk.
   */
  draft(): KeyDraft {
    return new KeyDraft(this, this.#byKey, this.#byId.length || 1, this.#maxKeys);
  }
}

export class KeyDraft {
  /** New keys, to be inserted in the same transaction. */
  readonly added: KeyEntry[] = [];
  readonly #addedIds = new KeyIndex();
  readonly #dictionary: KeyDictionary;
  readonly #known: KeyIndex;
  readonly #maxKeys: number;
  #next: number;

  constructor(dictionary: KeyDictionary, known: KeyIndex, next: number, maxKeys: number) {
    this.#dictionary = dictionary;
    this.#known = known;
    this.#next = next;
    this.#maxKeys = maxKeys;
  }

  encode(place: KeyPlace, pairs: readonly KeyValue[]): StoredAttributes {
    const ids = new Array<number>(pairs.length);
    const values = new Array<string>(pairs.length);
    for (let at = 0; at < pairs.length; at++) {
      const pair = pairs[at] as KeyValue;
      const { type, text } = toStored(pair.value);
      const id = this.idOf(place, type, pair.key);
      ids[at] = id ?? this.otherId(place);
      values[at] = id === undefined ? otherText(pair) : text;
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

  /** The id of a key, a new one where it was never stored; `undefined` where it gets none: its attributes are `otherId`'s. */
  idOf(place: KeyPlace, type: StoredType, key: string): number | undefined {
    if (isOther(type, key)) return undefined;
    return (
      this.#idOf(place, type, key) ?? (this.#next <= this.#maxKeys ? this.#add(place, type, key) : undefined)
    );
  }

  /** Of attributes whose keys have no id of their own; their values are stored as `otherText` says. */
  otherId(place: KeyPlace): number {
    const { type, key } = OTHER;
    return this.#idOf(place, type, key) ?? this.#add(place, type, key);
  }

  #idOf(place: KeyPlace, type: StoredType, key: string): number | undefined {
    return this.#known.get(place, type, key) ?? this.#addedIds.get(place, type, key);
  }

  #add(place: KeyPlace, type: StoredType, key: string): number {
    const added = { id: this.#next++, place, type, key };
    this.added.push(added);
    this.#addedIds.set(added);
    return added.id;
  }
}

/** An attribute whose key has no id of its own. */
export const otherText = (pair: KeyValue): string => JSON.stringify(keyValuesToJson([pair]));
