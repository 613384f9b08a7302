// What a reviewer would say of a trace. Each finding names its evidence and what could be won by mending it.
import type { Nanos } from "../time.ts";
import type { Tree } from "../tree.ts";
import type { Call } from "./calls.ts";

export type InsightKind =
  | "n-plus-one"
  | "sequential"
  | "repeated-read"
  | "dominant"
  | "slow-first-byte"
  | "swallowed-error"
  | "after-response";

export interface Insight {
  readonly kind: InsightKind;
  /** One line: what was seen, with its figures. */
  readonly title: string;
  /** What could be done, and when it is right to leave it as it is. */
  readonly advice: string;
  /** Positions in the tree, ascending. */
  readonly evidence: readonly number[];
  /** By how much the request could be shorter at best; 0 where nobody waits for it. */
  readonly win: Nanos;
}

/** What the rules look at. */
export interface InsightInput {
  readonly tree: Tree;
  readonly calls: readonly Call[];
  /** Time on the critical path of each position and all below it. */
  readonly pathTime: Float64Array;
  /** Time on the critical path of each position itself. */
  readonly ownPathTime: Float64Array;
}

/** Less is not worth a reader's time. */
export const MIN_WIN = 1_000_000;
