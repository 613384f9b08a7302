// The search language for people: `service:orders duration>100ms -status:ok "not found"`. Its grammar is in
// docs/search.md. Runs anywhere: the explorer imports it as `@enterspan/backend/search`.

export {
  type Completion,
  type CompletionItem,
  type CompletionSource,
  completeSearch,
} from "./complete.ts";
export { SEARCH_FIELDS, type SearchField } from "./fields.ts";
export { searchConditions } from "./filter.ts";
export { MAX_LENGTH, parseSearch } from "./parse.ts";
export { printKey, printSearch, printValue } from "./print.ts";
export { type Range, type Search, SearchError } from "./syntax.ts";
