// How far a queue has been read, in a file beside its segments.

import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A place between two records. */
export interface Position {
  segment: number;
  offset: number;
}

/** Whether `a` lies before `b`, or is the same. */
export const isBehind = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset <= b.offset);

const fileIn = (directory: string) => join(directory, "cursor.json");

export function savedCursor(directory: string): Position {
  try {
    const { segment, offset } = JSON.parse(readFileSync(fileIn(directory), "utf8"));
    if (Number.isSafeInteger(segment) && Number.isSafeInteger(offset)) return { segment, offset };
  } catch {
    // None yet, or damaged: everything is read again, which receivers must bear.
  }
  return { segment: 0, offset: 0 };
}

/** Never rejects: where it cannot be written, on a full disk say, some is read once more after a restart. */
export async function saveCursor(directory: string, cursor: Position): Promise<void> {
  const file = fileIn(directory);
  try {
    await writeFile(`${file}.new`, JSON.stringify(cursor));
    await rename(`${file}.new`, file);
  } catch {}
}
