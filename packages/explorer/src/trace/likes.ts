// How to find traces that do what this one does, in the search language.
import { printValue } from "@enterspan/backend/search";
import { searchTerm } from "./find-query.ts";
import type { Span } from "./model.ts";
import { valueLine } from "./value-text.ts";

const ROUTE = "http.route";

/** Of the same service and name and, where the root says it, of the same route. */
export function searchOfLikes(root: Span): string {
  const route = root.attributes.find(({ key }) => key === ROUTE)?.value;
  return [
    `service:${printValue(root.service)}`,
    `name:${printValue(root.name)}`,
    ...(route === undefined ? [] : [searchTerm(ROUTE, valueLine(route))]),
  ].join(" ");
}
