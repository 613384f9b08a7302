// Which blocks of spans may hold what a filter asks for, by the index of attribute-blocks.ts. Only conditions that ask for an
// attribute of the span itself narrow anything; the filter still decides about every row.

import {
  type Condition,
  type ConditionGroup,
  type EventFilter,
  type FullText,
  PASSES_WITHOUT,
  type ValueType,
} from "../filter.ts";
import { WHOLE_BLOCK } from "./attribute-blocks.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { isOfType } from "./sql-values.ts";
import { placeOf, textHash } from "./value-filters.ts";

/** Spans of other blocks up to `last` do not pass; those of later ones and of none may. */
export interface CandidateBlocks {
  last: number;
  blocks: readonly number[];
}

/** A filter that knows where in `spans` its events may lie; without `blocks` anywhere. */
export interface LocatedFilter extends EventFilter {
  blocks?: CandidateBlocks;
}

/** Where more of the blocks qualify, looking at each row's number costs about what it saves. */
const MAX_SHARE = 0.25;

/** Each is compared with each row's number. */
const MAX_BLOCKS = 512;

/** Of one condition; beyond them the key alone is looked for. */
const MAX_VALUES = 64;

const CANDIDATES = (keyIds: string, test: string) => `
SELECT coalesce(max(block), 0) AS last, count(*) AS total, (
  SELECT list(block) FROM (
    SELECT block FROM attribute_blocks WHERE list_contains(${keyIds}, key_id) GROUP BY block HAVING ${test}
  )
) AS blocks
FROM attribute_blocks WHERE key_id = ${WHOLE_BLOCK}`;

/** What is stored after this has been asked lies in later blocks, so it is seen by whoever asks with the filter. */
export async function located(
  readers: Readers,
  keys: KeyDictionary,
  filter: EventFilter,
): Promise<LocatedFilter> {
  const tests = new BlockTests(keys);
  const test = tests.group(filter.conditions);
  if (test === undefined) return filter;
  const { params, keyIds } = tests;
  const having = test();
  const sql = CANDIDATES(params.ids([...keyIds]), having);
  const [found] = await readers.all<{
    last: number;
    total: bigint;
    blocks: { items: readonly number[] } | null;
  }>(sql, params);
  if (!found) return filter;
  const blocks = found.blocks?.items ?? [];
  if (blocks.length > Math.min(MAX_BLOCKS, MAX_SHARE * Number(found.total))) return filter;
  return { ...filter, blocks: { last: found.last, blocks } };
}

/** Makes the text of a test and binds its values, which must not happen for one that is left out in the end. */
type Test = () => string;

/** Conditions as tests of a block, over its rows in the index. A test is undefined where every block may pass. */
class BlockTests {
  readonly params = new Params();
  /** All keys that tests name. */
  readonly keyIds = new Set<number>();
  readonly #keys: KeyDictionary;

  constructor(keys: KeyDictionary) {
    this.#keys = keys;
  }

  group({ combine, conditions }: ConditionGroup): Test | undefined {
    if (combine === "none") return undefined;
    const tests: Test[] = [];
    for (const part of conditions) {
      const test = this.#part(part);
      if (test !== undefined) tests.push(test);
      else if (combine === "any") return undefined;
    }
    if (tests.length === 0) return undefined;
    return () => `(${tests.map((test) => test()).join(combine === "all" ? " AND " : " OR ")})`;
  }

  #part(part: Condition | ConditionGroup | FullText): Test | undefined {
    if ("combine" in part) return this.group(part);
    return "needle" in part ? undefined : this.#condition(part);
  }

  #condition(part: Condition): Test | undefined {
    const { field } = part;
    if ("property" in field || PASSES_WITHOUT.has(part.operation)) return undefined;
    const type = "type" in part ? part.type : "string";
    const entriesAt = (place: "span" | "resource") =>
      field.attributes.flatMap((name) => this.#keys.entries(place, name).filter(isOfType(type)));
    if (entriesAt("resource").length > 0) return undefined;
    const ids = entriesAt("span").map(({ id }) => id);
    const texts = textsOf(part, type);
    return () => {
      for (const id of ids) this.keyIds.add(id);
      const key = `list_contains(${this.params.ids(ids)}, key_id)`;
      if (texts === undefined || texts.length > MAX_VALUES) return `bool_or(${key})`;
      return `bool_or(${key} AND (${["FALSE", ...texts.map((text) => this.#probes(text))].join(" OR ")}))`;
    };
  }

  #probes(text: string): string {
    const bytes = Buffer.from(text);
    const { part, probes } = placeOf(textHash(bytes, 0, bytes.length));
    const set = probes.map(({ word, bit }) => {
      return `filter[${this.params.id(word)} % len(filter) + 1] & ${this.params.id(bit)} <> 0`;
    });
    return `(part = ${this.params.id(part)} % parts AND ${set.join(" AND ")})`;
  }
}

/** The texts that a value which passes may be stored as; undefined where there are too many to name. */
function textsOf(part: Condition, type: ValueType): string[] | undefined {
  const values = part.operation === "in" ? part.values : part.operation === "eq" ? [part.value] : undefined;
  if (values === undefined) return undefined;
  const texts: string[] = [];
  for (const value of values) {
    if (type === "string") texts.push(String(value));
    else if (type === "boolean") texts.push(String(value === true || value === "true"));
    else {
      const number = Number(value);
      // Several integers are equal to such a number.
      if (!Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER) return undefined;
      texts.push(...(number === 0 ? ["0", "-0"] : [String(number)]));
    }
  }
  return texts;
}
