// Tokens from the environment: what a server accepts besides those of its data directory, and what a command shows to a
// server that it reports to or asks.
import type { BackendOptions } from "@enterspan/backend";

const SCOPES_BY_VARIABLE = {
  ENTERSPAN_TOKEN: ["admin"],
  ENTERSPAN_READ_TOKEN: ["read"],
  ENTERSPAN_INGEST_TOKEN: ["ingest"],
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** What `enterspan serve` accepts. */
export function acceptedTokens(env: Environment = process.env): NonNullable<BackendOptions["tokens"]> {
  return Object.entries(SCOPES_BY_VARIABLE).flatMap(([name, scopes]) => {
    const token = env[name]?.trim();
    return token ? [{ token, scopes }] : [];
  });
}

/** The headers with which a command comes to a server, by the variable for its purpose or else by that for all. */
export function tokenHeaders(
  purpose: "ingest" | "read",
  env: Environment = process.env,
): Record<string, string> {
  const own = purpose === "ingest" ? env.ENTERSPAN_INGEST_TOKEN : env.ENTERSPAN_READ_TOKEN;
  const token = own?.trim() || env.ENTERSPAN_TOKEN?.trim();
  return token ? { authorization: `Bearer ${token}` } : {};
}
