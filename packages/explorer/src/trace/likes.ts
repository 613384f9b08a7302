// How to find traces that do what this one does, in the search language.
import { printValue } from "@enterspan/backend/search";
import { searchTerm } from "./find-query.ts";
import type { Span } from "./model.ts";
import { valueLine } from "./value-text.ts";

const ROUTE = "http.route";

/** A part of a path with a digit in it: more likely an id than a word. */
const ID_PARTS = /(?<=\/)[^/?\s]*\d[^/?\s]*/g;
/** What a value without quotes can hold, where its spaces are marked. */
const PLAIN = /^[\w/:?=&.~ -]+$/;

/** Of the same service and name, whatever ids are in its path, and of the same route where the root says it. */
export function searchOfLikes(root: Span): string {
  const route = root.attributes.find(({ key }) => key === ROUTE)?.value;
  return [
    `service:${printValue(root.service)}`,
    `name:${patternOf(root.name)}`,
    ...(route === undefined ? [] : [searchTerm(ROUTE, valueLine(route))]),
  ].join(" ");
}

function patternOf(name: string): string {
  const hasIds = PLAIN.test(name) && !name.includes("..") && name.search(ID_PARTS) >= 0;
  return hasIds ? name.replaceAll(ID_PARTS, "*").replaceAll(" ", "\\ ") : printValue(name);
}
