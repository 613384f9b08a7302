// How the list of traces was last asked for in this tab: the way back from a trace leads there, not to a list of everything.
import type { TracesSearch } from "../addresses.ts";

let last: TracesSearch = {};

export const rememberList = (search: TracesSearch): void => {
  last = search;
};

export const lastList = (): TracesSearch => last;
