// What a span costs on Node, in the calling loop and on the heap: ours, the floor beneath any implementation, and the
// SDKs of OpenTelemetry and Sentry.
//
// What makes the comparison fair: each contender makes the same tree (node/peer.ts), with the same two attributes, ends
// every span, and keeps what is finished until the round is over; each round checks that it has lost none. Each runs in
// a process of its own, warmed up, so that it meets neither the type feedback nor the garbage of another, and all do
// their rounds in turn. Collections of garbage that fall into a round count.
import { type Case, SPANS } from "./node/peer.ts";
import { Process } from "./processes.ts";
import { median, ratioOf, type Samples, typical } from "./ratios.ts";
import { printFigure, printGoal, printTitle } from "./report.ts";

const CONTENDER = new URL("node/contender.ts", import.meta.url);
const SAMPLED = ["floor", "enterspan", "opentelemetry", "sentry"];
const UNSAMPLED = ["bare", "enterspan", "opentelemetry", "sentry"];

/** New processes each time: how the engine compiles a contender differs from process to process. */
const REPETITIONS = 3;
const ROUNDS = 11;
/** Takes longer than all the others together, and no goal refers to it. */
const SLOW = "sentry";
const SLOW_ROUNDS = 5;
const WARM_UP_MS = 1_500;
const WARM_UP_ROUNDS = 40;
const HEAP_INVOCATIONS = 100;

interface Measure {
  title: string;
  which: Case;
  goals: { to: string; atMost: number }[];
}

const SAMPLED_GOALS = [
  { to: "floor", atMost: 1.5 },
  { to: "opentelemetry", atMost: 0.22 },
];
const UNSAMPLED_GOALS = [{ to: "opentelemetry", atMost: 0.06 }];

const MEASURES: Measure[] = [true, false].flatMap((sampled) =>
  [true, false].flatMap((attributes) =>
    [false, true].map((isAsync) => ({
      title: `Node: ${isAsync ? "async" : "sync"}, ${sampled ? "sampled" : "not sampled"}, ${attributes ? "two" : "no"} attributes`,
      which: { isAsync, sampled, attributes },
      goals: attributes ? (sampled ? SAMPLED_GOALS : UNSAMPLED_GOALS) : [],
    })),
  ),
);

export async function measureNode(): Promise<void> {
  for (const { title, which, goals } of MEASURES) {
    const peers = which.sampled ? SAMPLED : UNSAMPLED;
    const repetitions: Samples[] = [];
    // Without a goal a figure is for orientation, and may be less certain.
    for (let i = 0; i < (goals.length > 0 ? REPETITIONS : 1); i++)
      repetitions.push(await repetition(peers, which));
    printTitle(title);
    for (const peer of peers) {
      printFigure(peer, typical(repetitions, peer), "ns a span");
      if (peer !== "enterspan") continue;
      for (const { to, atMost } of goals) {
        const { ratio, low, high } = ratioOf(repetitions, peer, to);
        printGoal({ to, value: ratio, range: [low, high], atMost });
      }
    }
  }
  await measureHeap();
}

async function repetition(peers: string[], which: Case): Promise<Samples> {
  const processes = await startAll(peers, which);
  const samples: Samples = new Map(peers.map((peer) => [peer, []]));
  // Rounds of a few milliseconds for the fastest.
  const invocations = which.sampled ? 20 : 100;
  const warmUp = { do: "warm-up", forMs: WARM_UP_MS, rounds: WARM_UP_ROUNDS, invocations };
  await Promise.all([...processes.values()].map((process) => process.ask(warmUp)));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [peer, process] of processes) {
      if (peer === SLOW && round >= SLOW_ROUNDS) continue;
      samples.get(peer)?.push(await process.ask({ do: "round", invocations }));
    }
  }
  for (const process of processes.values()) await process.stop();
  return samples;
}

async function measureHeap(): Promise<void> {
  const which = { isAsync: false, sampled: true, attributes: true };
  const processes = await startAll(SAMPLED, which);
  printTitle(`Node: memory that a finished span with two attributes keeps, in invocations of ${SPANS} spans`);
  for (const [peer, process] of processes) {
    const samples: number[] = [];
    for (let i = 0; i < 3; i++)
      samples.push(await process.ask({ do: "heap", invocations: HEAP_INVOCATIONS }));
    await process.stop();
    const bytes = median(samples);
    printFigure(peer, bytes, "B a span");
    if (peer === "enterspan") printGoal({ value: bytes, atMost: 200, unit: "B" });
  }
}

async function startAll(peers: string[], which: Case): Promise<Map<string, Process>> {
  const started = peers.map(async (peer) => {
    const module = new URL(`node/peers/${peer}.ts`, import.meta.url).href;
    const options = ["--expose-gc", "--conditions=@enterspan/source"];
    return [peer, await Process.start(CONTENDER, [module, JSON.stringify(which)], options)] as const;
  });
  return new Map(await Promise.all(started));
}
