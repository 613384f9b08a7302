// What a host is to the harness: it starts a case's Worker, and tells what the Worker records.
import type { Case, Exchange } from "../case.ts";
import { maskTrees, type Origins } from "../mask.ts";
import type { Traits } from "../traits.ts";
import { buildTrees, type FlatSpan, type SpanNode } from "../tree.ts";
import { makeRequests } from "./requests.ts";

export interface Host {
  traits: Traits;
  open(one: Case): Promise<Opened>;
  close(): Promise<void>;
}

/** A case's Worker at work. */
export interface Opened {
  origins: Origins;
  /** Starts a scheduled event. Where it is left out, the Worker's server has a route for that, as wrangler's has. */
  schedule?(cron: string, time: number): Promise<string>;
  /** What it has recorded in all, once no more can come. No request may be made after that. */
  finish(): Promise<FlatSpan[]>;
  /**
   * What it has recorded of one request, whose `traceparent` had this trace id and whose root span has it as an attribute,
   * as soon as that is whole, or else after some seconds.
   */
  recorded(traceId: string, isWhole: (spans: FlatSpan[]) => boolean): Promise<FlatSpan[]>;
  close(): Promise<void>;
}

/** What one case did on one host, volatile parts masked. */
export interface Run {
  trees: SpanNode[];
  exchanges: Exchange[];
}

export async function runCase(host: Host, one: Case): Promise<Run> {
  const opened = await host.open(one);
  try {
    const exchanges = await makeRequests(one, opened);
    const trees = buildTrees(await opened.finish());
    return { trees: maskTrees(trees, opened.origins), exchanges };
  } finally {
    await opened.close();
  }
}
