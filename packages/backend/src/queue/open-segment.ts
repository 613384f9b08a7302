// The segment that a queue appends to: a new file, in which all that has been appended is on disk.

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { framed, segmentPath } from "./segment.ts";

/**
 * On Linux a write can be on disk when it is done. With a sync behind it, it is two turns of Node's thread, each of which takes
 * 10 ms and more under load. Elsewhere there is no such flag, or it promises less than a sync.
 */
const WRITES_SYNC = process.platform === "linux";

const FLAGS =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (WRITES_SYNC ? constants.O_DSYNC : 0);

export class OpenSegment {
  readonly number: number;
  readonly #file: FileHandle;

  private constructor(number: number, file: FileHandle) {
    this.number = number;
    this.#file = file;
  }

  /** It is there after a power failure too. */
  static async create(directory: string, number: number): Promise<OpenSegment> {
    const file = await open(segmentPath(directory, number), FLAGS, 0o600);
    try {
      await syncDirectory(directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new OpenSegment(number, file);
  }

  /** Resolves when the records, each of its parts, are on disk from `at` on. When it rejects, the file is of no use any more. */
  async append(records: readonly (readonly Uint8Array[])[], at: number): Promise<void> {
    await writeAll(this.#file, records.flatMap(framed), at);
    if (!WRITES_SYNC) await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Writes the parts behind each other, without putting them together in memory first. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[], at: number): Promise<void> {
  const left = [...parts];
  for (let to = at; left.length > 0; ) {
    let { bytesWritten } = await file.writev(left, to);
    to += bytesWritten;
    while (left[0] !== undefined && bytesWritten >= left[0].length) {
      bytesWritten -= (left.shift() as Uint8Array).length;
    }
    if (left[0] !== undefined) left[0] = left[0].subarray(bytesWritten);
  }
}

/** A file is there after a power failure only when its directory is synced too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
