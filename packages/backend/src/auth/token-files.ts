// Tokens at rest: one file each in `tokens/` of the data directory, readable by its owner alone, with the hash of the
// token and never the token. Files of their own need no lock: `enterspan token` makes and removes them while a server runs.

import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { prepareDirectory } from "../store/duckdb/open.ts";
import { hashOf, idOf, newToken, SCOPES, type Scope } from "./token.ts";

const recordSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)).min(1),
  createdAt: z.iso.datetime(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A token as it is kept. */
export type TokenRecord = z.infer<typeof recordSchema>;

const OWNER_ONLY = 0o600;

/** Where the tokens of a data directory are. Made, for its owner alone, when it is missing. */
export function tokenDirectory(dataDir: string): string {
  const directory = join(resolve(dataDir), "tokens");
  prepareDirectory(resolve(dataDir));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/**
 * Makes a token. What is returned is the only time that it is seen.
 *
 * @throws BackendError `data_dir_not_writable`
 */
export function createToken(
  dataDir: string,
  { scopes, name }: { scopes: readonly Scope[]; name: string },
): { token: string; record: TokenRecord } {
  const directory = tokenDirectory(dataDir);
  const token = newToken();
  const hash = hashOf(token);
  const record: TokenRecord = {
    id: idOf(hash),
    name,
    scopes: [...scopes],
    createdAt: new Date().toISOString(),
    sha256: Buffer.from(hash).toString("hex"),
  };
  writeOwnFile(join(directory, `${record.id}.json`), `${JSON.stringify(record)}\n`);
  return { token, record };
}

/** Oldest first. A file that is not one of ours is left out and told to `onFault`. */
export function listTokens(dataDir: string, onFault: (message: string) => void = () => {}): TokenRecord[] {
  const directory = join(resolve(dataDir), "tokens");
  const records: TokenRecord[] = [];
  for (const name of namesIn(directory)) {
    if (!name.endsWith(".json")) continue;
    const file = join(directory, name);
    try {
      records.push(recordSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
    } catch (error) {
      // Revoked since the directory was read.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      onFault(`The token file ${file} cannot be read and counts for nothing: ${(error as Error).message}`);
    }
  }
  return records.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** A running server forgets it within a second. False when there is none of this id. */
export function revokeToken(dataDir: string, id: string): boolean {
  if (!listTokens(dataDir).some((record) => record.id === id)) return false;
  rmSync(join(resolve(dataDir), "tokens", `${id}.json`), { force: true });
  return true;
}

/** Whole or not at all, and never readable by others, whatever the umask and whatever stood there. */
export function writeOwnFile(file: string, content: string | Uint8Array): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: OWNER_ONLY });
  chmodSync(draft, OWNER_ONLY);
  renameSync(draft, file);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
