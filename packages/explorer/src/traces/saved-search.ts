// What the list of traces shows, as it is saved and as it comes back. Its search and service stand where the telemetry
// API runs them by the saved id; the address says the rest to this page.
import { parseSearch, stringifySearch, type TracesSearch, tracesSearch } from "../addresses.ts";

interface SavedSearch {
  readonly search?: string;
  readonly filters: readonly object[];
  /** Of the page of traces: what stands behind its path. */
  readonly explorer: string;
}

export const savedSearchOf = (search: TracesSearch): SavedSearch => ({
  ...(search.q && { search: search.q }),
  filters:
    search.service === undefined
      ? []
      : [{ key: "$metadata.service", operation: "eq", type: "string", value: search.service }],
  explorer: stringifySearch({ ...search }),
});

/** Undefined for what was saved elsewhere. */
export function searchOfSaved(parameters: object): TracesSearch | undefined {
  const { explorer } = parameters as Partial<SavedSearch>;
  return typeof explorer === "string" ? tracesSearch(parseSearch(explorer)) : undefined;
}
