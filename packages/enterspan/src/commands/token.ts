// `enterspan token`: the tokens of a server's data directory. A running server knows of a change within a second.
import { resolve } from "node:path";
import {
  createToken as create,
  listTokens as list,
  revokeToken as revoke,
  type Scope,
  type TokenRecord,
} from "@enterspan/backend";
import { refusedByBackend } from "../collector.ts";
import { CliError } from "../errors.ts";
import { createTerminal, printable } from "../terminal.ts";
import { here } from "./report.ts";

interface DataFlags {
  data: string;
}

export async function createToken({
  scope: scopes,
  name,
  data,
}: DataFlags & { scope: Scope[]; name: string }): Promise<number> {
  const { token, record } = await refusedByBackend(() => create(resolve(data), { scopes, name }));
  // The token alone goes to standard output, for scripts that keep it.
  console.error(
    `Token ${describe(record)} for ${here(resolve(data))}. It is shown this once; only its hash is kept.`,
  );
  console.log(token);
  return 0;
}

export async function listTokens({ data }: DataFlags): Promise<number> {
  const terminal = createTerminal();
  for (const record of list(resolve(data), terminal.warn)) console.log(describe(record));
  return 0;
}

export async function revokeToken(id: string, { data }: DataFlags): Promise<number> {
  if (!revoke(resolve(data), id)) {
    throw new CliError(`${here(resolve(data))} has no token ${id}. enterspan token list shows those it has.`);
  }
  console.error(`Revoked ${id}.`);
  return 0;
}

function describe({ id, scopes, createdAt, name }: TokenRecord): string {
  return [id, scopes.join(","), createdAt.slice(0, 10), ...(name && [printable(name)])].join("  ");
}
