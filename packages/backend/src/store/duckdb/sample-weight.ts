// How many events a stored one stands for: 1 over the share that its sampler kept. OpenTelemetry's consistent probability
// sampling says the share as a threshold, in the trace state (`ot=th:c` keeps a quarter) or, where a record has no trace
// state, in the attribute `sampling.threshold`. What says neither was not sampled.

import type { KeyDictionary } from "./key-dictionary.ts";
import type { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import type { FieldSql } from "./sql-values.ts";

/** Hex digits of the 56 bits of a threshold; zeros at their end are not written. */
const DIGITS = 14;
const ALL = 2n ** 56n;

const THRESHOLD_KEY = "sampling.threshold";

const IN_TRACE_STATE = String.raw`(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,${DIGITS}})(?:[;,\s]|$)`;

/** Null for a text that is no threshold. */
const weightOf = (threshold: string) =>
  `${ALL}::DOUBLE / (${ALL} - TRY_CAST('0x' || rpad(${threshold}, ${DIGITS}, '0') AS BIGINT))`;

const ofTraceState = (params: Params) =>
  weightOf(`nullif(regexp_extract(e.trace_state, ${params.text(IN_TRACE_STATE)}, 1), '')`);

/** Senders may write the trace state on a trace's root alone, so a span has its trace's weight when it has none. */
const TRACE_WEIGHTS = (weight: string) =>
  `WITH sampled AS (SELECT e.trace_id, max(${weight}) AS weight FROM spans e WHERE contains(e.trace_state, 'th:') GROUP BY e.trace_id)\n`;

/** Row groups without any trace state are passed over by their statistics, as they are not by a comparison with ''. */
const ANY_SAMPLED =
  "SELECT 1 FROM spans WHERE trace_state >= chr(1) AND contains(trace_state, 'th:') LIMIT 1";

export interface Weights {
  /** A WITH clause, or "" where no trace was sampled. */
  with: string;
  /** What spans are joined with. */
  join: string;
}

/** How the rows of a statement get their weights; undefined where every row's is 1. */
export async function weightsIn(
  readers: Readers,
  keys: KeyDictionary,
  params: Params,
): Promise<Weights | undefined> {
  const inStates = await readers.all(ANY_SAMPLED);
  if (inStates.length > 0) {
    return {
      with: TRACE_WEIGHTS(ofTraceState(params)),
      join: " LEFT JOIN sampled ON sampled.trace_id = e.trace_id",
    };
  }
  const inAttributes = (["span", "log"] as const).some(
    (place) => keys.entries(place, THRESHOLD_KEY).length > 0,
  );
  return inAttributes ? { with: "", join: "" } : undefined;
}

/** The weight of a row of `fields`' table. */
export function weightSql(fields: FieldSql, weights: Weights): string {
  const attribute = fields.text({ attributes: [THRESHOLD_KEY] });
  const known = [
    ...(fields.table === "spans" && weights.with ? [ofTraceState(fields.params), "sampled.weight"] : []),
    ...(attribute
      ? [weightOf(`CASE WHEN regexp_full_match(${attribute}, '[0-9a-f]{1,${DIGITS}}') THEN ${attribute} END`)]
      : []),
  ];
  return `coalesce(${[...known, "1::DOUBLE"].join(", ")})`;
}
