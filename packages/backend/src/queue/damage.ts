// What of a queue's files cannot be read, although it was written whole: a disk's fault, or another program's file. The queue
// passes over it; whoever must not lose it looks here first, before anything is appended.

import { statSync } from "node:fs";
import { type Position, savedCursor } from "./cursor.ts";
import { readRecords, segmentPath, segmentsIn, unreadableFrom } from "./segment.ts";

export interface Damage {
  bytes: Uint8Array;
  from: Position;
  to: Position;
}

/** Read at once where only the ends of records are asked for. */
const READ_BYTES = 1024 * 1024;

/** In the order of the queue, from where it has been read. `maxRecordBytes` is what a record of it has at most. */
export async function damageIn(directory: string, maxRecordBytes: number): Promise<Damage[]> {
  const cursor = savedCursor(directory);
  const found: Damage[] = [];
  for (const segment of segmentsIn(directory)) {
    if (segment < cursor.segment) continue;
    const path = segmentPath(directory, segment);
    const offset = await endOfRecords(path, segment === cursor.segment ? cursor.offset : 0);
    const bytes = await unreadableFrom(path, offset, maxRecordBytes);
    if (bytes === undefined) continue;
    found.push({ bytes, from: { segment, offset }, to: { segment, offset: offset + bytes.length } });
  }
  return found;
}

/** Of those that are whole. */
async function endOfRecords(path: string, from: number): Promise<number> {
  const { size } = statSync(path);
  for (let offset = from; ; ) {
    const { ends } = await readRecords(path, offset, size, READ_BYTES);
    const end = ends.at(-1);
    if (end === undefined) return offset;
    offset = end;
  }
}
