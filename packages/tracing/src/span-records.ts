// Reads spans back from their columns: once, when an invocation has ended, in linear time.
import type { SpanStatus } from "./api.ts";
import { type Columns, END, KIND, PARENT, START, WIDTH } from "./span-columns.ts";
import type { AttributeValue, FlatAttributes, SpanKind, SpanRecord } from "./span-record.ts";

const UNSET: SpanStatus = { code: "unset" };
const NONE: readonly never[] = [];

/** In the order they were opened. */
export function* readSpans({ rows, names, rarities, attributes }: Columns): Generator<SpanRecord> {
  const attributesOf = attributesBySpan(attributes, names.length);
  for (let index = 0; index < names.length; index++) {
    const row = WIDTH * index;
    const rarity = rarities?.get(index);
    yield {
      index,
      parentIndex: rows[row + PARENT] as number,
      name: names[index] as string,
      kind: rows[row + KIND] as SpanKind,
      start: rows[row + START] as number,
      end: rows[row + END] as number,
      attributes: attributesOf(index),
      events: rarity?.events ?? NONE,
      droppedEvents: rarity?.droppedEvents ?? 0,
      droppedAttributes: rarity?.droppedAttributes ?? 0,
      links: rarity?.links ?? NONE,
      droppedLinks: rarity?.droppedLinks ?? 0,
      scope: rarity?.scope,
      status: rarity?.status ?? UNSET,
    };
  }
}

/** Chains the attributes of each span. */
function attributesBySpan(
  attributes: Columns["attributes"],
  spans: number,
): (index: number) => FlatAttributes {
  const first = new Int32Array(spans).fill(-1);
  const next = new Int32Array(attributes.length / 3);
  for (let i = next.length - 1; i >= 0; i--) {
    const marked = attributes[3 * i] as number;
    const span = marked < 0 ? ~marked : marked;
    next[i] = first[span] as number;
    first[span] = i;
  }
  return (index) => {
    const flat: FlatAttributes = [];
    for (let i = first[index] as number; i !== -1; i = next[i] as number) {
      flat.push(attributes[3 * i + 1] as string, attributes[3 * i + 2] as AttributeValue);
    }
    return flat;
  };
}
