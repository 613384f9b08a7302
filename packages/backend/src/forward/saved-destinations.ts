// Destinations made through the API, in a file of the data directory that only its owner may read: their headers are
// secrets, and in the database every query could show them.

import { readFileSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BackendError } from "../error.ts";
import { destinationName, destinationSettings } from "./destination.ts";

const savedDestination = z.strictObject({
  name: destinationName,
  settings: destinationSettings,
  createdMs: z.number(),
  updatedMs: z.number(),
});

export type SavedDestination = z.output<typeof savedDestination>;

const savedFile = z.strictObject({ version: z.literal(1), destinations: z.array(savedDestination) });

const pathIn = (dataDir: string) => join(dataDir, "destinations.json");

/** @throws BackendError `invalid_settings` for a file that is not what was written; it is left as it is. */
export function readSaved(dataDir: string): SavedDestination[] {
  const path = pathIn(dataDir);
  try {
    return savedFile.parse(JSON.parse(readFileSync(path, "utf8"))).destinations;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    // What is in it may be secret: neither JSON.parse's message nor zod's is shown.
    throw new BackendError(
      "invalid_settings",
      `The file ${path}, which holds the destinations made through the API, cannot be read and was left as it is. Mend it, or move it away to start without.`,
    );
  }
}

/** Resolves when the file is on disk, all of it or as it was. */
export async function writeSaved(dataDir: string, destinations: readonly SavedDestination[]): Promise<void> {
  const path = pathIn(dataDir);
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ version: 1, destinations }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  renameSync(draft, path);
}
