// One contender in a process of its own, so that no two share compiled code, type feedback or heap. It does what its
// parent says: warm up, a round, a look at the heap. Started with --expose-gc by node.ts.
import { type Case, type CreatePeer, type Peer, SPANS } from "./peer.ts";

export type Order =
  | { do: "warm-up"; forMs: number; rounds: number; invocations: number }
  | { do: "round"; invocations: number }
  | { do: "heap"; invocations: number };

const [module = "", json = ""] = process.argv.slice(2);
const which = JSON.parse(json) as Case;
const peer = ((await import(module)) as { default: CreatePeer }).default(which);

const ORDERS = {
  /** The engine compiles a function several times over; when it is done depends on how often it ran, not how long. */
  async "warm-up"({ forMs, rounds, invocations }: Extract<Order, { do: "warm-up" }>) {
    const until = performance.now() + forMs;
    for (let round = 0; round < rounds && performance.now() < until; round++) await time(peer, invocations);
    return 0;
  },
  round: ({ invocations }: Extract<Order, { do: "round" }>) => time(peer, invocations),
  heap: ({ invocations }: Extract<Order, { do: "heap" }>) => heap(peer, invocations),
};

process.on("message", async (order: Order) => {
  process.send?.(await (ORDERS[order.do] as (order: Order) => Promise<number>)(order));
});
process.on("disconnect", () => process.exit());
process.send?.(0);

/** Nanoseconds a span. Collections of garbage that fall into the round count; what came before has been collected. */
async function time(peer: Peer, invocations: number): Promise<number> {
  globalThis.gc?.({ type: "minor" } as never);
  // While the others had their round, the processor has forgotten what it knew of this one.
  const prelude = Math.ceil(invocations / 5);
  await run(peer, prelude);
  await release(peer, prelude);
  const start = process.hrtime.bigint();
  await run(peer, invocations);
  const ns = Number(process.hrtime.bigint() - start);
  await release(peer, invocations);
  return ns / (invocations * SPANS);
}

/** Bytes that a finished span keeps, off-heap buffers included. */
async function heap(peer: Peer, invocations: number): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  await run(peer, invocations);
  globalThis.gc?.();
  const after = process.memoryUsage();
  await release(peer, invocations);
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return bytes / (invocations * SPANS);
}

async function run({ invocation }: Peer, invocations: number): Promise<void> {
  if (which.isAsync) for (let i = 0; i < invocations; i++) await invocation();
  else for (let i = 0; i < invocations; i++) invocation();
}

/** A contender that loses spans does less work than the others, and one that records what is not sampled does more. */
async function release(peer: Peer, invocations: number): Promise<void> {
  const finished = await peer.release();
  const expected = which.sampled ? invocations * (SPANS + 1) : 0;
  if (finished !== expected) throw new Error(`${module}: ${finished} spans were finished, not ${expected}`);
}
