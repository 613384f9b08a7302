// The index of attribute values. Spans that were stored one after another share a block number; for each block and key there
// is a Bloom filter of the values that the block's spans have there, written in the transaction that fills the block. The
// block under way has none yet, nor have rows of databases from before. candidate-blocks.ts asks the index.

import { type DuckDBConnection, LIST, UINTEGER } from "@duckdb/node-api";
import { withAppender } from "./append.ts";
import type { TextList } from "./key-dictionary.ts";
import { CHUNK_ROWS, ENTRY_WORDS, RawChunk } from "./raw-chunk.ts";
import { DistinctValues, type Filters, textHash } from "./value-filters.ts";

/**
 * A row for each part of a filter. A key that does not occur in a block has none. Every block has a row of `WHOLE_BLOCK`, which
 * says that it is complete.
 */
export const ATTRIBUTE_BLOCKS = `
ALTER TABLE spans ADD COLUMN block UINTEGER;
CREATE TABLE attribute_blocks (
  block UINTEGER NOT NULL,
  key_id UINTEGER NOT NULL,
  part UINTEGER NOT NULL,
  parts UINTEGER NOT NULL,
  filter UINTEGER[] NOT NULL
);
`;

/** No key's id. */
export const WHOLE_BLOCK = 0;

/** Four of DuckDB's vectors: fewer rows would be no less to read, more rows would have more values to look through. */
const ROWS_PER_BLOCK = 4 * CHUNK_ROWS;

/** What the block under way may take in memory: 4 MB. Rows with very many attributes fill a block early. */
const VALUES_PER_BLOCK = 2 ** 17;

const LAST = `
SELECT coalesce((SELECT max(block) FROM spans), 0), coalesce((SELECT max(block) FROM attribute_blocks), 0)`;

/** Not only the last: a commit that reported failure may have reached the disk. */
const WITHOUT_FILTERS = `
SELECT DISTINCT block FROM spans
WHERE block IS NOT NULL AND block NOT IN (SELECT block FROM attribute_blocks WHERE key_id = ${WHOLE_BLOCK})`;

const ATTRIBUTES = "SELECT attribute_ids, attribute_values FROM spans WHERE block = $1";

interface FullBlock {
  block: number;
  filters: Filters;
}

export class AttributeBlocks {
  readonly #rowsPerBlock: number;
  readonly #values = new DistinctValues();
  readonly #chunk = new RawChunk([UINTEGER, UINTEGER, UINTEGER, UINTEGER, LIST(UINTEGER)]);
  /** The number of the block under way; none is given again, also not after a rollback. */
  #block: number;
  #rows = 0;
  /** Of the transaction under way. */
  #full: FullBlock[] = [];
  /** Whether there may be blocks without filters before the one under way. */
  #incomplete = false;

  private constructor(last: number, rowsPerBlock: number) {
    this.#block = last + 1;
    this.#rowsPerBlock = rowsPerBlock;
  }

  /** Outside a transaction. `rowsPerBlock` is for tests. */
  static async open(connection: DuckDBConnection, rowsPerBlock = ROWS_PER_BLOCK): Promise<AttributeBlocks> {
    const [last, lastWhole] = (await connection.runAndReadAll(LAST)).getRows()[0] as [number, number];
    const blocks = new AttributeBlocks(Math.max(last, lastWhole), rowsPerBlock);
    const missing = await withoutFilters(connection);
    blocks.#incomplete = missing.length > 0;
    // Later ones are looked through, and left to the first write: where the disk is full there is still much to read.
    if (missing.some((block) => block < lastWhole)) await blocks.#complete(connection);
    return blocks;
  }

  /** Before the rows of a transaction, as a part of it: makes up for blocks that a crash or rollback left without filters. */
  async begin(connection: DuckDBConnection): Promise<void> {
    if (!this.#incomplete) return;
    for (const block of await withoutFilters(connection)) {
      const values = new DistinctValues();
      const result = await connection.stream(ATTRIBUTES, [block], [UINTEGER]);
      for await (const rows of result.yieldRows()) addRows(values, rows as [IdList, TextList][]);
      this.#full.push({ block, filters: values.filters() });
    }
    this.#incomplete = false;
  }

  /** An attribute of the row under way, with the hash of its text as it is stored. */
  add(keyId: number, hash: number): void {
    this.#values.add(keyId, hash);
  }

  /** Returns the number of the block to which the row belongs. */
  endRow(): number {
    const block = this.#block;
    if (++this.#rows >= this.#rowsPerBlock || this.#values.size >= VALUES_PER_BLOCK) this.#end();
    return block;
  }

  /** After the rows of a transaction, as a part of it: stores the filters of the blocks that they filled. */
  async append(connection: DuckDBConnection): Promise<void> {
    if (this.#full.length === 0) return;
    await withAppender(connection, "attribute_blocks", (appender) => {
      for (const { block, filters } of this.#full) {
        for (let row = 0; row <= filters.rows; row += CHUNK_ROWS) {
          this.#fill(block, filters, row);
          this.#chunk.appendTo(appender);
        }
      }
    });
    this.#full = [];
  }

  /** After a rollback: what the block under way had before is left to `begin`. */
  withdraw(): void {
    this.#values.clear();
    this.#full = [];
    this.#rows = 0;
    this.#block++;
    this.#incomplete = true;
  }

  /** Outside a transaction: ends the block under way. */
  async close(connection: DuckDBConnection): Promise<void> {
    if (this.#rows > 0) this.#end();
    await this.#complete(connection);
  }

  async #complete(connection: DuckDBConnection): Promise<void> {
    await connection.run("BEGIN TRANSACTION");
    try {
      await this.begin(connection);
      await this.append(connection);
      await connection.run("COMMIT");
    } catch (error) {
      await connection.run("ROLLBACK").catch(() => {}); // A failed COMMIT has rolled back already.
      throw error;
    }
  }

  #end(): void {
    this.#full.push({ block: this.#block++, filters: this.#values.filters() });
    this.#values.clear();
    this.#rows = 0;
  }

  /** The rows from `first` on, as many as a chunk holds; the last of all says that the block is whole. */
  #fill(block: number, filters: Filters, first: number): void {
    const rows = Math.min(CHUNK_ROWS, filters.rows + 1 - first);
    const from = filters.starts[first] as number;
    const entries = new Uint32Array(rows * ENTRY_WORDS);
    let to = from;
    for (let row = 0; row < rows; row++) {
      const end = filters.starts[first + row + 1] ?? to;
      entries[row * ENTRY_WORDS] = to - from;
      entries[row * ENTRY_WORDS + 2] = end - to;
      to = end;
    }
    const column = (values: Uint32Array, last: number) => {
      const part = new Uint32Array(rows).fill(last);
      part.set(values.subarray(first, first + rows));
      return part;
    };
    this.#chunk.begin(rows);
    this.#chunk.fill(0, new Uint32Array(rows).fill(block), rows);
    this.#chunk.fill(1, column(filters.keyIds, WHOLE_BLOCK), rows);
    this.#chunk.fill(2, column(filters.part, 0), rows);
    this.#chunk.fill(3, column(filters.parts, 1), rows);
    this.#chunk.fillList(4, entries, rows, filters.words.slice(from, to), 1, to - from);
  }
}

async function withoutFilters(connection: DuckDBConnection): Promise<number[]> {
  return (await connection.runAndReadAll(WITHOUT_FILTERS)).getRows().map(([block]) => block as number);
}

interface IdList {
  items: readonly number[];
}

function addRows(values: DistinctValues, rows: ReadonlyArray<[IdList, TextList]>): void {
  for (const [ids, texts] of rows) {
    ids.items.forEach((id, at) => {
      const bytes = Buffer.from(texts.items[at] as string);
      values.add(id, textHash(bytes, 0, bytes.length));
    });
  }
}

const DELETE_BEFORE = `
DELETE FROM attribute_blocks WHERE block < (SELECT coalesce(min(block), ${2 ** 32 - 1}) FROM spans)`;

/** After spans have been deleted, in the same transaction: filters of blocks of which none is left. */
export async function cutBlocks(connection: DuckDBConnection): Promise<void> {
  await connection.run(DELETE_BEFORE);
}
