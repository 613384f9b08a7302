// Ids between their hex of OTLP and DuckDB's types: trace ids and digests are UUID, span ids UBIGINT (0 for none).

import { DuckDBUUIDValue } from "@duckdb/node-api";

export const uuidOf = (hex: string): DuckDBUUIDValue => DuckDBUUIDValue.fromUint128(BigInt(`0x${hex}`));

export const spanIdOf = (hex: string): bigint => (hex === "" ? 0n : BigInt(`0x${hex}`));

/** From the text of a UUID, which has dashes. */
export const hexOfUuid = (uuid: string): string => uuid.replaceAll("-", "");

export const hexOfSpanId = (id: bigint): string => (id === 0n ? "" : id.toString(16).padStart(16, "0"));
