// What a contender of the Node benchmark has to do: make the same tree of spans, each in its own library's way. One
// file a contender in peers/; the process that runs it is contender.ts.

/** Spans of one invocation besides its root: few enough that no contender's own limits touch them. */
export const SPANS = 500;

export interface Case {
  isAsync: boolean;
  sampled: boolean;
  /** Whether each span gets the two attributes `user.plan` (text) and `item.count` (number). */
  attributes: boolean;
}

export interface Peer {
  /** Makes a root with `SPANS` children, each opened, given its attributes and ended. What is finished stays in memory. */
  invocation(): void | Promise<void>;
  /** Lets go of all that is finished and says how many spans that were, roots included. */
  release(): number | Promise<number>;
}

/** The default export of a file in peers/. */
export type CreatePeer = (which: Case) => Peer;
