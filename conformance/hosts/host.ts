// What a host is to the harness: it runs a case and tells what happened.
import type { Case, Exchange } from "../case.ts";
import type { SpanNode } from "../tree.ts";

/** What one case did on one host, volatile parts masked. */
export interface Run {
  trees: SpanNode[];
  exchanges: Exchange[];
}

export interface Host {
  run(one: Case): Promise<Run>;
  close(): Promise<void>;
}
