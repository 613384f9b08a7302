// Lines of an export to a Parquet file and back, by an engine of DuckDB's own that holds nothing else. Rows go through a
// file beside the result, so that memory does not grow with what is exported.

import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { SEALED } from "../store/duckdb/open.ts";
import { COLUMNS, type ParquetSignal, rowsOf } from "./rows.ts";

export type { ParquetSignal } from "./rows.ts";

/** What the engine may take, besides ten times the largest row: its buffers hold two of them, its pages more. */
const BASE_MEMORY_BYTES = 600_000_000;
const MEMORY_ROWS = 10;

/** Rows are read through buffers that have room for any. */
const LEAST_ROW_BYTES = 1_000_000;

/** Records that share a line when a file is read. */
const LINE_RECORDS = 1_000;
const LINE_CHARACTERS = 4_000_000;

const LIST = { traces: "resourceSpans", logs: "resourceLogs" } as const;
const TIME = { traces: "start_unix_nano", logs: "time_unix_nano" } as const;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Writes lines of OTLP/JSON, as `GET /api/export` gives them, into one file; it is there whole or not at all. Returns how
 * many records it has.
 */
export async function writeParquet(
  signal: ParquetSignal,
  lines: AsyncIterable<string>,
  file: string,
): Promise<number> {
  const [rows, draft] = [`${file}.rows`, `${file}.new`];
  try {
    const { records, largest } = await writeRows(signal, lines, rows);
    const columns = Object.entries(COLUMNS[signal]).map(([name, type]) => `${name}: ${quoted(type)}`);
    await withEngine(largest, `${file}.spill`, async (connection) => {
      await connection.run(
        `COPY (SELECT * FROM read_json(${quoted(rows)}, format = 'newline_delimited', maximum_object_size = ${largest},
          columns = {${columns.join(", ")}})) TO ${quoted(draft)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    });
    await rename(draft, file);
    return records;
  } finally {
    for (const left of [rows, draft, `${file}.spill`]) await rm(left, { recursive: true, force: true });
  }
}

async function writeRows(
  signal: ParquetSignal,
  lines: AsyncIterable<string>,
  file: string,
): Promise<{ records: number; largest: number }> {
  let records = 0;
  let largest = LEAST_ROW_BYTES;
  const rows = async function* () {
    for await (const line of lines) {
      for (const row of rowsOf(signal, line)) {
        records++;
        largest = Math.max(largest, Buffer.byteLength(row) + 1);
        yield `${row}\n`;
      }
    }
  };
  await pipeline(rows, createWriteStream(file));
  return { records, largest };
}

/** Reads such a file back, as lines of OTLP/JSON. @throws Error for a file that is not one of ours. */
export async function* readParquet(file: string): AsyncGenerator<string> {
  const instance = await DuckDBInstance.create(":memory:", { ...SEALED, threads: "1" });
  const connection = await instance.connect();
  try {
    const columns = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${quoted(file)})`);
    const names = new Set(columns.getRows().map(([name]) => name));
    const signal = (["traces", "logs"] as const).find((one) => names.has(TIME[one]));
    if (!signal || !names.has("otlp")) throw new Error(`${file} has not the columns of an export of ours.`);
    const rows = await connection.stream(`SELECT ${TIME[signal]}, otlp FROM read_parquet(${quoted(file)})`);
    let parts: string[] = [];
    let characters = 0;
    let lastTime: unknown;
    const line = () => `{"${LIST[signal]}":[${parts.join(",")}]}`;
    for await (const chunk of rows.yieldRows()) {
      for (const [time, otlp] of chunk as Array<[bigint, string]>) {
        // Records of one time stay in one request: equal logs are told apart by their place in it.
        const isFull = parts.length >= LINE_RECORDS || characters >= LINE_CHARACTERS;
        if (isFull && time !== lastTime) {
          yield line();
          parts = [];
          characters = 0;
        }
        // `{"resourceSpans":[…]}` without its frame.
        parts.push(otlp.slice(otlp.indexOf("[") + 1, otlp.lastIndexOf("]")));
        characters += otlp.length;
        lastTime = time;
      }
    }
    if (parts.length > 0) yield line();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function withEngine(
  largestRow: number,
  spillDirectory: string,
  use: (connection: Awaited<ReturnType<DuckDBInstance["connect"]>>) => Promise<void>,
): Promise<void> {
  const memory = Math.ceil((BASE_MEMORY_BYTES + MEMORY_ROWS * largestRow) / 1e6);
  // One thread keeps the order of rows without holding many of them.
  const settings = { ...SEALED, threads: "1", memory_limit: `${memory}MB`, temp_directory: spillDirectory };
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  try {
    await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
