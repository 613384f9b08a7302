// Attributes in the order a reader looks for them: by the first part of their key, then by key.
import type { Attribute } from "./model.ts";

export interface AttributeGroup {
  /** `http` for `http.request.method`; "" for keys without a point. */
  readonly prefix: string;
  readonly attributes: readonly Attribute[];
}

/** Groups in alphabetical order, the one without prefix first; inside a group by key. Nothing is left out. */
export function groupAttributes(attributes: readonly Attribute[]): AttributeGroup[] {
  const groups = new Map<string, Attribute[]>();
  for (const attribute of attributes) {
    const point = attribute.key.indexOf(".");
    const prefix = point > 0 ? attribute.key.slice(0, point) : "";
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [attribute]);
    else group.push(attribute);
  }
  return [...groups]
    .map(([prefix, members]) => ({ prefix, attributes: members.sort((a, b) => compare(a.key, b.key)) }))
    .sort((a, b) => compare(a.prefix, b.prefix));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
