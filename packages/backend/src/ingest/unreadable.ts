// What the journal holds and nobody can read any more: moved aside into a directory of its own, so that the server starts and
// nothing is lost that somebody may still make sense of.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Damage } from "../queue/damage.ts";
import type { Position } from "../queue/disk-queue.ts";
import { entryOf, isEntry } from "../queue/entry.ts";

const ENDINGS = { json: "json", protobuf: "pb" } as const;

export class Unreadable {
  readonly #directory: string;
  readonly #tell: (message: string) => void;

  constructor(dataDir: string, tell: (message: string) => void) {
    this.#directory = join(dataDir, "unreadable");
    this.#tell = tell;
  }

  /** Part of a file. False when it had to stay where it is. */
  damage({ bytes, from, followedBy }: Damage): boolean {
    const saved = followedBy === 0 ? "" : ` The ${followedBy} behind them in their file are whole.`;
    return this.#move(
      bytes,
      `journal-${from.segment}-${from.offset}.bin`,
      `${bytes.length} bytes of the journal are damaged or another program's, and may be acknowledged requests that are not stored.${saved}`,
      "look after the disk, and delete the file when nobody needs it",
    );
  }

  /** A record that ends at `end`. False when it had to stay where it is. */
  record(record: Uint8Array, end: Position, cause: unknown): boolean {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const entry = isEntry(record) ? entryOf(record) : undefined;
    return this.#move(
      entry?.body ?? record,
      `journal-${end.segment}-${end.offset}.${entry ? ENDINGS[entry.encoding] : "bin"}`,
      `An acknowledged request in the journal cannot be read and is not stored: ${reason}.`,
      entry
        ? `report it; what a mended file holds can be sent to /v1/${entry.signal} again. Delete it when nobody needs it`
        : "perhaps a newer version wrote it, which may start on this directory again; delete the file when nobody needs it",
    );
  }

  #move(bytes: Uint8Array, name: string, fault: string, remedy: string): boolean {
    const path = join(this.#directory, name);
    try {
      mkdirSync(this.#directory, { recursive: true });
      writeFileSync(path, bytes, { mode: 0o600 });
    } catch (error) {
      this.#tell(
        `${fault} It stays in the journal, as it cannot be moved to ${path}: ${(error as Error).message}.`,
      );
      return false;
    }
    this.#tell(`${fault} It was moved to ${path}: ${remedy}.`);
    return true;
  }
}
