// What a token is: a random text that its holder keeps, and a hash of it that we keep. What it permits is a list of scopes.

import { createHash, randomBytes } from "node:crypto";

/** `ingest` sends telemetry, `read` asks for it, `admin` does both and changes what the server does. */
export const SCOPES = ["ingest", "read", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** A token given by whoever starts the server, such as by an environment variable. Only its hash is held. */
export interface GivenToken {
  /** At least `MIN_TOKEN_CHARACTERS` long. */
  token: string;
  scopes: readonly Scope[];
}

/** What somebody may do who has shown a token. */
export interface Grant {
  /** Names the token without telling it. */
  id: string;
  scopes: readonly Scope[];
}

/** Tokens that people choose must not be guessed over the network: ours have 43 random characters. */
export const MIN_TOKEN_CHARACTERS = 24;

/** The prefix lets scanners of repositories and logs find tokens that have leaked. */
export const newToken = (): string => `enterspan_${randomBytes(32).toString("base64url")}`;

/** One round is enough: what is hashed has 256 random bits, or as many characters as no list of passwords has. */
export const hashOf = (token: string): Uint8Array => createHash("sha256").update(token).digest();

/** The beginning of the hash: says nothing of the token. */
export const idOf = (hash: Uint8Array): string => Buffer.from(hash).toString("hex").slice(0, 12);

export const permits = ({ scopes }: Grant, scope: Scope): boolean =>
  scopes.includes(scope) || scopes.includes("admin");
