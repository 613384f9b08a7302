// What a request's user agent says of browser, device and system, as attributes of the span of its event. Cloudflare's own
// tracing has them; a Worker that is traced by us sends the header alone, since the tables it takes are larger than the
// tracer. Spans of all others are stored as they come.

import { ATTRIBUTE_WORDS, KINDS, SPAN_WORD, SPAN_WORDS, type SpanTable, ValueKind } from "@enterspan/otlp";
import { UAParser } from "ua-parser-js";

const ORIGINAL = "user_agent.original";

/** Every event of a Worker says it, and nobody else. */
const OF_WORKER = "cloudflare.handler_type";

/** What a key says of the span that has it. */
const Role = { NONE: 0, HEADER: 1, OF_WORKER: 2, FOLLOWS: 3 } as const;

/** What the parser reads of a header; the rest tells it nothing. */
const READ_CHARACTERS = 500;

/** Headers whose meaning is kept, in each of two generations: about a megabyte. */
const KEPT = 1_000;

/** New ones to one request, at 30 µs each and 150 where somebody makes them up: the rest is stored without. */
const NEW_IN_REQUEST = 1_000;

type Meaning = readonly (readonly [key: string, value: string])[];

let recent = new Map<string, Meaning>();
let older = new Map<string, Meaning>();

/** Adds them to the spans of a request that have the header and nothing yet of what follows from it. */
export function describeUserAgents(table: SpanTable): void {
  const { list } = table.keys;
  if (!list.includes(ORIGINAL) || !list.includes(OF_WORKER)) return;
  const roles = Uint8Array.from(list, roleOf);
  const inTable = new Map<string, Uint32Array>();
  let added = 0;
  for (let row = 0; row < table.rows; row++) {
    const header = headerOf(table, row, roles);
    if (header === undefined) continue;
    let words = inTable.get(header);
    if (words === undefined) {
      const known = recall(header);
      if (known === undefined && added++ >= NEW_IN_REQUEST) continue;
      words = table.textAttributes(known ?? learn(header));
      inTable.set(header, words);
    }
    if (words.length > 0) table.append(row, words);
  }
}

function roleOf(key: string): number {
  if (key === ORIGINAL) return Role.HEADER;
  if (key === OF_WORKER) return Role.OF_WORKER;
  return key.startsWith("user_agent.") ? Role.FOLLOWS : Role.NONE;
}

/** Of the span of a Worker's event, where nothing follows from it yet. */
function headerOf(table: SpanTable, row: number, roles: Uint8Array): string | undefined {
  const { attributes, words } = table;
  const at = row * SPAN_WORDS + SPAN_WORD.attributes;
  const begin = (words[at] as number) * ATTRIBUTE_WORDS;
  const end = begin + (words[at + 1] as number) * ATTRIBUTE_WORDS;
  let header = -1;
  let isOfWorker = false;
  for (let from = begin; from < end; from += ATTRIBUTE_WORDS) {
    const word = attributes[from] as number;
    const role = roles[Math.floor(word / KINDS)];
    if (role === Role.FOLLOWS) return undefined;
    if (role === Role.HEADER && word % KINDS === ValueKind.STRING) header = from;
    else if (role === Role.OF_WORKER) isOfWorker = true;
  }
  if (header < 0 || !isOfWorker) return undefined;
  const text = table.text(attributes[header + 1] as number, attributes[header + 2] as number);
  return text.slice(0, READ_CHARACTERS);
}

function recall(header: string): Meaning | undefined {
  const known = recent.get(header);
  if (known !== undefined) return known;
  const again = older.get(header);
  if (again !== undefined) keep(header, again);
  return again;
}

function learn(header: string): Meaning {
  const meaning = meaningOf(header);
  keep(header, meaning);
  return meaning;
}

function keep(header: string, meaning: Meaning): void {
  if (recent.size >= KEPT) {
    older = recent;
    recent = new Map();
  }
  recent.set(header, meaning);
}

function meaningOf(header: string): Meaning {
  const { os, browser, engine, device } = UAParser(header);
  const all: [name: string, value: string | undefined][] = [
    ["os.name", os.name],
    ["os.version", os.version],
    ["browser.name", browser.name],
    ["browser.major_version", browser.major],
    ["browser.version", browser.version],
    ["engine.name", engine.name],
    ["engine.version", engine.version],
    ["device.type", device.type],
    ["device.vendor", device.vendor],
    ["device.model", device.model],
  ];
  return all.flatMap(([name, value]) => (value ? [[`user_agent.${name}`, value] as const] : []));
}
