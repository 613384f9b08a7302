// Says what a token or a browser's session permits, from the tokens of the data directory and those given at the start.

import { timingSafeEqual } from "node:crypto";
import { BackendError } from "../error.ts";
import { isLoopback } from "../http/guard.ts";
import { Sessions } from "./sessions.ts";
import { type GivenToken, type Grant, hashOf, idOf, MIN_TOKEN_CHARACTERS } from "./token.ts";
import { listTokens } from "./token-files.ts";

/** How long a token that was revoked may go unnoticed. */
const REREAD_MS = 1_000;

/** Of one that is not known: it may have been made a moment ago, by hand. */
const REREAD_UNKNOWN_MS = 100;

interface Known extends Grant {
  hash: Uint8Array;
}

export class Authority {
  readonly #dataDir: string;
  readonly #given: readonly Known[];
  readonly #sessions: Sessions;
  readonly #onFault: (message: string) => void;
  readonly #told = new Set<string>();
  #known: readonly Known[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** @throws BackendError `token_too_short` for one that was given; `data_dir_not_writable` */
  constructor(dataDir: string, given: readonly GivenToken[], onFault: (message: string) => void) {
    this.#dataDir = dataDir;
    this.#given = given.map(({ token, scopes }) => {
      if (token.length < MIN_TOKEN_CHARACTERS) throw tooShort(token.length);
      const hash = hashOf(token);
      return { id: idOf(hash), scopes, hash };
    });
    this.#onFault = onFault;
    this.#sessions = new Sessions(dataDir);
  }

  /** Whether there is any token at all. */
  get isEmpty(): boolean {
    return this.#all().length === 0;
  }

  /** Takes as long for a token that is nearly right as for any other: hashes are compared, all of them, in constant time. */
  ofToken(token: string): Grant | undefined {
    const hash = hashOf(token);
    const among = (all: readonly Known[]): Grant | undefined => {
      let found: Grant | undefined;
      for (const known of all) if (timingSafeEqual(known.hash, hash)) found = known;
      return found;
    };
    return among(this.#all()) ?? among(this.#all(REREAD_UNKNOWN_MS));
  }

  ofSession(value: string): Grant | undefined {
    const id = this.#sessions.tokenIdOf(value);
    return id === undefined ? undefined : this.#all().find((known) => known.id === id);
  }

  /** A cookie's value that stands for the grant until it ends or its token is revoked. */
  beginSession({ id }: Grant): string {
    return this.#sessions.begin(id);
  }

  #all(maxAgeMs = REREAD_MS): readonly Known[] {
    const now = performance.now();
    if (now - this.#readAtMs >= maxAgeMs) {
      this.#readAtMs = now;
      const stored = listTokens(this.#dataDir, (message) => this.#tell(message));
      this.#known = [
        ...this.#given,
        ...stored.map(({ id, scopes, sha256 }) => ({ id, scopes, hash: Buffer.from(sha256, "hex") })),
      ];
    }
    return this.#known;
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#onFault(message);
  }
}

const tooShort = (length: number) =>
  new BackendError(
    "token_too_short",
    `A token that was given has ${length} characters; at least ${MIN_TOKEN_CHARACTERS} are needed. \`openssl rand -hex 32\` makes a good one.`,
  );

export interface AuthorityOptions {
  dataDir: string;
  tokens?: readonly GivenToken[];
  requireTokens?: boolean;
}

/** Who may do what, where that has to be asked. @throws BackendError `token_missing` or `token_too_short` */
export function authorityFor(
  { dataDir, tokens = [], requireTokens = false }: AuthorityOptions,
  host: string,
  onFault: (message: string) => void,
): Authority | undefined {
  const isOpen = !isLoopback(host);
  if (!isOpen && !requireTokens && tokens.length === 0) return undefined;
  const authority = new Authority(dataDir, tokens, onFault);
  if (!authority.isEmpty) return authority;
  const why = isOpen ? `Others reach ${host}, so` : "Tokens are required, so";
  throw new BackendError(
    "token_missing",
    `${why} a token is needed, and ${dataDir} has none. Make one with: enterspan token --data ${dataDir}`,
  );
}
