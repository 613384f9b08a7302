// Fills tables in memory that the one before has left. A table that grows from nothing throws away as much as it keeps, and
// a server takes hundreds a second, of which it holds many until they are stored.

import { emptyMemory, SpanTable, type TableMemory } from "./span-table.ts";

/** Of a table of some thousand spans; what larger ones were filled in is let go. */
const SPARE_BYTES = 4 * 1024 * 1024;

let spare: TableMemory | undefined;

/** Adds to a table that has been read, before it is made as large as what is in it. */
export type Finish = (table: SpanTable) => void;

/** The table that `fill` fills, as large as what is in it. */
export function filled(fill: (table: SpanTable) => void, finish: Finish | undefined): SpanTable {
  const table = new SpanTable(undefined, spare ?? emptyMemory());
  // Whatever becomes of this one: no other table gets the same memory meanwhile.
  spare = undefined;
  fill(table);
  finish?.(table);
  const left = table.settle();
  const { words, attributes, texts } = left;
  if (words.byteLength + attributes.byteLength + texts.byteLength <= SPARE_BYTES) spare = left;
  return table;
}
