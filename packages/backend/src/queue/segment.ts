// One file of a disk queue: records behind each other, each with its length and checksum. A record that fails its checksum,
// as a crash or a faulty disk leaves it, is passed over by its length, and reading goes on where one is whole again.

import { readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/**
 * Before each record: its length and its CRC-32, 32 bits each, little-endian. No record is empty: zeros are what file systems
 * leave at the end of a file whose last write was interrupted.
 */
const HEADER_BYTES = 8;

export const segmentPath = (directory: string, number: number) =>
  join(directory, `${String(number).padStart(10, "0")}.segment`);

/** Their numbers, the oldest first. */
export function segmentsIn(directory: string): number[] {
  const numbers = readdirSync(directory).flatMap((name) => /^(\d+)\.segment$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** What the record that `parts` make together takes. @throws RangeError for an empty one. */
export function framedBytes(parts: readonly Uint8Array[]): number {
  const length = lengthOf(parts);
  if (length === 0) throw new RangeError("A record of a queue has one byte at least.");
  return HEADER_BYTES + length;
}

/** The same record, as what is to be written. */
export function framed(parts: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(lengthOf(parts), 0);
  header.writeUInt32LE(
    parts.reduce((sum, part) => crc32(part, sum), 0),
    4,
  );
  return [header, ...parts];
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

export interface SegmentRecords {
  /** Where the first of them begins: behind `offset` where damage lies before it. */
  start: number;
  records: Uint8Array[];
  /** The offset after each of them. */
  ends: number[];
}

/**
 * Whole records that follow each other, the first that there are from `offset` on, up to `maxBytes`; the first also when it
 * is longer. None where all up to `limit` is damaged, or where the file is gone.
 */
export async function readRecords(
  path: string,
  offset: number,
  limit: number,
  maxBytes: number,
): Promise<SegmentRecords> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { start: offset, records: [], ends: [] };
    throw error;
  }
  try {
    for (let start = offset; ; ) {
      const left = limit - start;
      let bytes = await readAt(file, start, Math.min(left, Math.max(maxBytes, HEADER_BYTES)));
      const first = bytes.length < HEADER_BYTES ? left + 1 : HEADER_BYTES + bytes.readUInt32LE(0);
      if (first > left || first === HEADER_BYTES) return { start, records: [], ends: [] };
      if (first > bytes.length) bytes = await readAt(file, start, first);
      const found = split(bytes, start);
      if (found.records.length > 0) return found;
      start += first;
    }
  } finally {
    await file.close();
  }
}

/**
 * What cannot be read behind `offset`. Nothing where the file ends within a record of `maxBytes` at most, or in zeros, which is
 * how a crash leaves what it interrupted.
 */
export async function unreadableFrom(
  path: string,
  offset: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const bytes = await bytesOf(path, offset);
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = bytes.readUInt32LE(0);
  const isInterrupted =
    length === 0
      ? bytes.every((byte) => byte === 0)
      : length <= maxBytes && HEADER_BYTES + length > bytes.length;
  return isInterrupted ? undefined : bytes;
}

/** A part of the file as it is; up to its end without `to`. */
export async function bytesOf(path: string, from: number, to?: number): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, from, (to ?? (await file.stat()).size) - from);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function split(bytes: Buffer, offset: number): SegmentRecords {
  const records: Uint8Array[] = [];
  const ends: number[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEADER_BYTES + length;
    if (length === 0 || end > bytes.length) break;
    const record = bytes.subarray(at + HEADER_BYTES, end);
    if (crc32(record) !== bytes.readUInt32LE(at + 4)) break;
    records.push(record);
    ends.push(offset + end);
    at = end;
  }
  return { start: offset, records, ends };
}
