// What of a queue's files cannot be read, although it was written whole: a disk's fault, or another program's file. The queue
// passes over it; whoever must not lose it looks here first, before anything is appended.

import { statSync } from "node:fs";
import { type Position, savedCursor } from "./cursor.ts";
import { bytesOf, readRecords, segmentPath, segmentsIn, unreadableFrom } from "./segment.ts";

export interface Damage {
  bytes: Uint8Array;
  from: Position;
  to: Position;
  /** Whole records behind it in the same file. */
  followedBy: number;
}

/** Read at once where only the ends of records are asked for. */
const READ_BYTES = 1024 * 1024;

/** In the order of the queue, from where it has been read. `maxRecordBytes` is what a record of it has at most. */
export async function damageIn(directory: string, maxRecordBytes: number): Promise<Damage[]> {
  const cursor = savedCursor(directory);
  const found: Damage[] = [];
  for (const segment of segmentsIn(directory)) {
    if (segment < cursor.segment) continue;
    const offset = segment === cursor.segment ? cursor.offset : 0;
    found.push(...(await damageOf(directory, { segment, offset }, maxRecordBytes)));
  }
  return found;
}

/** What lies between a segment's whole records and behind the last of them. */
async function damageOf(directory: string, from: Position, maxRecordBytes: number): Promise<Damage[]> {
  const { segment } = from;
  const path = segmentPath(directory, segment);
  const { size } = statSync(path);
  const found: Damage[] = [];
  const add = (bytes: Uint8Array, offset: number) =>
    found.push({
      bytes,
      from: { segment, offset },
      to: { segment, offset: offset + bytes.length },
      followedBy: 0,
    });
  for (let { offset } = from; ; ) {
    const { start, records, ends } = await readRecords(path, offset, size, READ_BYTES);
    const end = ends.at(-1);
    if (end === undefined) {
      const bytes = await unreadableFrom(path, offset, maxRecordBytes);
      if (bytes) add(bytes, offset);
      return found;
    }
    if (start > offset) add(await bytesOf(path, offset, start), offset);
    for (const damage of found) damage.followedBy += records.length;
    offset = end;
  }
}
