// Queries kept by name on the server, where Cloudflare's clients find them as well.
import { get, send } from "./request.ts";
import { QUERIES } from "./telemetry.ts";

export interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly parameters: object;
}

interface Answer {
  readonly result: readonly SavedQuery[];
}

/** More could not be read in one list; the server keeps 500. */
const MAX_SHOWN = 500;

/** These end by themselves soon, and what has been asked for is to happen though the reader goes elsewhere. */
const unending = (): AbortSignal => new AbortController().signal;

export async function fetchSavedQueries(signal: AbortSignal): Promise<readonly SavedQuery[]> {
  const { result } = await get<Answer>(`${QUERIES}?perPage=${MAX_SHOWN}`, signal);
  return result.toSorted((a, b) => a.name.localeCompare(b.name));
}

export const saveQuery = (name: string, parameters: object): Promise<unknown> =>
  send("POST", QUERIES, { name, description: null, parameters }, unending());

export const renameQuery = (id: string, name: string): Promise<unknown> =>
  send("PATCH", `${QUERIES}/${encodeURIComponent(id)}`, { name }, unending());

export const deleteQuery = (id: string): Promise<unknown> =>
  send("DELETE", `${QUERIES}/${encodeURIComponent(id)}`, undefined, unending());
