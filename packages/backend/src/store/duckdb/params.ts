// Collects the values of a statement as it is composed and hands out their placeholders, so that no value ever becomes
// part of the SQL text.

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  UBIGINT,
  UINTEGER,
  VARCHAR,
} from "@duckdb/node-api";

const VALUE_TYPE = { string: VARCHAR, number: DOUBLE, boolean: BOOLEAN } as const;

export class Params {
  readonly values: DuckDBValue[] = [];
  readonly types: DuckDBType[] = [];

  text(value: string): string {
    return this.#add(value, VARCHAR);
  }

  number(value: number): string {
    return this.#add(value, DOUBLE);
  }

  boolean(value: boolean): string {
    return this.#add(value, BOOLEAN);
  }

  /** Nanoseconds, counts and limits. */
  bigint(value: bigint | number): string {
    return this.#add(BigInt(value), BIGINT);
  }

  /** An id of resources, scopes or attribute keys. */
  id(value: number): string {
    return this.#add(value, UINTEGER);
  }

  ids(values: readonly number[]): string {
    return this.#add(listValue([...values]), LIST(UINTEGER));
  }

  /** 32 hex digits as the stored type of trace ids and digests. */
  uuid(hex: string): string {
    return `${this.text(hex)}::UUID`;
  }

  texts(values: readonly string[]): string {
    return this.#add(listValue([...values]), LIST(VARCHAR));
  }

  bigints(values: readonly bigint[]): string {
    return this.#add(listValue([...values]), LIST(BIGINT));
  }

  /** Span ids and counts. */
  unsigned(values: readonly bigint[]): string {
    return this.#add(listValue([...values]), LIST(UBIGINT));
  }

  uuids(hex: readonly string[]): string {
    return `${this.texts(hex)}::UUID[]`;
  }

  /** A list of values of one type, or null. */
  list(
    type: "string" | "number" | "boolean",
    values: ReadonlyArray<string | number | boolean | null>,
  ): string {
    return this.#add(listValue([...values]), LIST(VALUE_TYPE[type]));
  }

  /** 16 hex digits as the stored type of span ids. */
  spanId(hex: string): string {
    return this.#add(BigInt(`0x${hex}`), UBIGINT);
  }

  #add(value: DuckDBValue, type: DuckDBType): string {
    this.values.push(value);
    this.types.push(type);
    return `$${this.values.length}`;
  }
}
