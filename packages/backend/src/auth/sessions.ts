// A browser's session: what the login gives it instead of the token. It names a token and when it ends, signed with a key
// of this data directory, so it holds over restarts and ends when its token is revoked.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tokenDirectory, writeOwnFile } from "./token-files.ts";

/** Long enough to be asked rarely, short enough that a browser left behind forgets. */
export const SESSION_SECONDS = 30 * 86_400;

const KEY_BYTES = 32;

export class Sessions {
  readonly #key: Buffer;

  /** Reads the key of the data directory, or makes it. */
  constructor(dataDir: string) {
    const file = join(tokenDirectory(dataDir), "session-key");
    this.#key = read(file) ?? make(file);
  }

  /** A cookie's value for the holder of a token. */
  begin(tokenId: string, nowMs: number = Date.now()): string {
    const claim = `${tokenId}.${Math.floor(nowMs / 1000) + SESSION_SECONDS}`;
    return `${claim}.${this.#sign(claim)}`;
  }

  /** The id of the token it was begun with; undefined for what we did not sign, and for what has ended. */
  tokenIdOf(value: string, nowMs: number = Date.now()): string | undefined {
    const [, claim, id, ends, signature] = /^(([0-9a-f]{12})\.(\d{1,12}))\.([\w-]{43})$/.exec(value) ?? [];
    if (!claim || !timingSafeEqual(Buffer.from(signature as string), Buffer.from(this.#sign(claim)))) {
      return undefined;
    }
    return Number(ends) * 1000 > nowMs ? id : undefined;
  }

  #sign(claim: string): string {
    return createHmac("sha256", this.#key).update(claim).digest("base64url");
  }
}

function read(file: string): Buffer | undefined {
  try {
    const key = readFileSync(file);
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}

function make(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  writeOwnFile(file, key);
  return key;
}
