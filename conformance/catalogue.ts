// The catalogue of Workers' automatic spans and their attributes, and its own spelling of names that have several.
import { readFileSync } from "node:fs";

export interface CatalogueSpan {
  name: string;
  product: string;
  /** "runtime": the open-source runtime makes it; "docs": it is documented, and made on Cloudflare alone. */
  origin: "runtime" | "docs";
  attributes: string[];
}

export interface Catalogue {
  /** Attributes of all spans, told once for all spans of a Worker where they do not differ. */
  allSpans: string[];
  rootSpans: string[];
  /** Attributes of root spans, by the handler that they are of. */
  handlers: Record<string, string[]>;
  spans: CatalogueSpan[];
  /** Other spellings of a name. */
  aka: Record<string, string[]>;
}

export const CATALOGUE = JSON.parse(
  readFileSync(new URL("catalogue.json", import.meta.url), "utf8"),
) as Catalogue;

const own = new Map(
  Object.entries(CATALOGUE.aka).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
);

/** The catalogue's own name of a span or an attribute that the runtime calls `name`. */
export function catalogued(name: string): string {
  return own.get(name) ?? name;
}
