// What the cases have shown of the catalogue: for each span and key whether the runtime has it, whether we have it, and
// whether the values were the same in every case. Pure; whoever has run the cases hands in their trees.
import { type Reasons, reasonsFor } from "./beyond.ts";
import type { Case } from "./case.ts";
import { CATALOGUE, catalogued } from "./catalogue.ts";
import type { Traits } from "./traits.ts";
import type { SpanNode, Value } from "./tree.ts";
import { unseenReason } from "./unseen.ts";

/** A case's trees, volatile parts masked. */
export interface CaseTrees {
  one: Case;
  theirs: SpanNode[];
  ours: SpanNode[];
}

export interface Row {
  span: string;
  key: string;
  runtime: boolean;
  enterspan: boolean;
  /** Undefined where one side lacks it everywhere. */
  equal: boolean | undefined;
  /** Of what is not equal; there is always at least one. */
  reasons: string[];
}

export interface Section {
  title: string;
  /** "docs": nothing on this machine makes these spans but us. */
  origin: "runtime" | "docs";
  rows: Row[];
}

/** What one key of one span has shown so far. */
interface Sighting {
  runtime: boolean;
  enterspan: boolean;
  differs: boolean;
  reasons: Set<string>;
}

/** The keys that hang on a span by no name of its own: all spans', root spans', and each handler's. */
const ANY_SPAN = "every span";
const ANY_ROOT = "every root span";

export function coverageOf(runs: CaseTrees[], traits: Traits): Section[] {
  const seen = new Map<string, Sighting>();
  for (const { one, theirs, ours } of runs) {
    const reasons = reasonsFor(one, traits);
    const sides = { runtime: valuesOf(theirs, reasons.ofTheirs), enterspan: valuesOf(ours, reasons.ofOurs) };
    for (const place of new Set([...sides.runtime.keys(), ...sides.enterspan.keys()])) {
      const [a, b] = [sides.runtime.get(place), sides.enterspan.get(place)];
      const sighting = seen.get(place) ?? {
        runtime: false,
        enterspan: false,
        differs: false,
        reasons: new Set(),
      };
      seen.set(place, sighting);
      sighting.runtime ||= a !== undefined;
      sighting.enterspan ||= b !== undefined;
      if (a?.values.sort().join("\n") === b?.values.sort().join("\n")) continue;
      sighting.differs = true;
      for (const reason of [...(a?.reasons ?? []), ...(b?.reasons ?? [])]) sighting.reasons.add(reason);
    }
  }
  return sections().map(({ title, origin, places }) => ({
    title,
    origin,
    rows: places.map(([span, key]) => rowOf(span, key, seen.get(placeOf(span, key)))),
  }));
}

function sections(): { title: string; origin: "runtime" | "docs"; places: [span: string, key: string][] }[] {
  const at = (span: string, keys: string[]) => keys.map((key): [string, string] => [span, key]);
  const { allSpans, rootSpans, handlers, spans } = CATALOGUE;
  return [
    { title: ANY_SPAN, origin: "runtime", places: at(ANY_SPAN, allSpans) },
    { title: ANY_ROOT, origin: "runtime", places: at(ANY_ROOT, rootSpans) },
    ...Object.entries(handlers).map(([handler, keys]) => ({
      title: `root spans of ${handler}`,
      origin: "runtime" as const,
      places: at(rootOf(handler), keys),
    })),
    ...spans.map(({ name, origin, attributes }) => ({ title: name, origin, places: at(name, attributes) })),
  ];
}

function rowOf(span: string, key: string, sighting: Sighting | undefined): Row {
  const { runtime = false, enterspan = false, differs = false, reasons = new Set<string>() } = sighting ?? {};
  const known = [...reasons];
  const unseen = enterspan ? undefined : unseenReason(span, key);
  return {
    span,
    key,
    runtime,
    enterspan,
    equal: runtime && enterspan ? !differs : undefined,
    reasons: known.length === 0 && unseen !== undefined ? [unseen] : known,
  };
}

/** Rows that differ, or that we lack, and that nobody has given a reason for: a regression, or a gap. */
export function unexplained(sections: Section[]): Row[] {
  return sections
    .flatMap(({ origin, rows }) => rows.filter((row) => !(origin === "docs" && row.enterspan)))
    .filter(({ equal, reasons }) => equal !== true && reasons.length === 0);
}

interface Values {
  values: string[];
  reasons: Set<string>;
}

/** By place, the values that the spans of a tree have there, and what is said of them. */
function valuesOf(roots: SpanNode[], reasonsOf: Reasons["ofOurs"]): Map<string, Values> {
  const places = new Map<string, Values>();
  const visit = (node: SpanNode, parent: SpanNode | undefined): void => {
    for (const [name, value] of Object.entries({ ...node.resource, ...node.attributes })) {
      const key = catalogued(name);
      for (const span of carriersOf(node)) {
        const place = placeOf(span, key);
        const at = places.get(place) ?? { values: [], reasons: new Set() };
        places.set(place, at);
        at.values.push(textOf(value));
        for (const reason of reasonsOf(node, parent, name)) at.reasons.add(reason);
      }
    }
    for (const child of node.children) visit(child, node);
  };
  for (const root of roots) visit(root, undefined);
  return places;
}

/** What a span's keys are listed under. */
function carriersOf({ name, attributes }: SpanNode): string[] {
  const trigger = attributes["faas.trigger"];
  if (trigger === undefined) return [ANY_SPAN, catalogued(name)];
  const given = HANDLERS[String(trigger)];
  const handler = String(
    attributes["cloudflare.handler_type"] ??
      (given === "scheduled" && !("faas.cron" in attributes) ? "alarm" : given),
  );
  return [ANY_SPAN, ANY_ROOT, rootOf(handler)];
}

/** By the trigger of a root span of the runtime, which does not name its handler. */
const HANDLERS: Record<string, string> = {
  http: "fetch",
  timer: "scheduled",
  pubsub: "queue",
  email: "email",
  jsrpc: "rpc",
  trace: "tail",
  websocket: "websocket",
};

const rootOf = (handler: string): string => `(${handler})`;

const placeOf = (span: string, key: string): string => `${span} ${key}`;

const textOf = (value: Value): string => JSON.stringify(value);
