// What tracing costs while one develops: requests a second and latency of one Worker under plain wrangler dev, under
// wrangler dev with its local observability, and under `enterspan dev`; and whether an operation's cost grows with their
// number.
//
//   npm run bench:dev
import { Contender, type Setup } from "./dev/contender.ts";
import { median, medianRatio } from "./ratios.ts";
import { printFigure, printGoal, printSummary, printTitle } from "./report.ts";

const ROUNDS = 11;
const REQUESTS = 150;
const CONNECTIONS = 8;
const WARM_UP_REQUESTS = 600;

const FEW = 50;
const MANY = 500;
/** As many of each: what is left to do after a request then lies within the measurement as often. */
const OPERATIONS = 2_000;

const PLAIN = "wrangler dev, not traced";
const PEER = "wrangler dev, local observability";
const OURS = "enterspan dev";

const SETUPS: Setup[] = [
  { name: PLAIN, command: "wrangler", env: { X_LOCAL_OBSERVABILITY: "false" } },
  { name: PEER, command: "wrangler", env: { X_LOCAL_OBSERVABILITY: "true" } },
  { name: OURS, command: "enterspan", env: { X_LOCAL_OBSERVABILITY: "false" } },
];

/** One figure for each round. */
interface Samples {
  p50: number[];
  rate: number[];
  /** Milliseconds an operation where a request makes few, and where it makes many. */
  few: number[];
  many: number[];
}

const contenders: Contender[] = [];
const samples = new Map<string, Samples>();
let asked = 0;
try {
  for (const setup of SETUPS) contenders.push(await Contender.start(setup));
  for (const contender of contenders) {
    samples.set(contender.name, { p50: [], rate: [], few: [], many: [] });
    await contender.load("/warm-up", WARM_UP_REQUESTS, CONNECTIONS);
  }
  asked += WARM_UP_REQUESTS;
  for (let round = 0; round < ROUNDS; round++) {
    // Whoever comes first in a round, another does in the next.
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length] as Contender;
      const of = samples.get(contender.name) as Samples;
      const alone = await contender.load("/greet", REQUESTS, 1);
      of.p50.push(median(alone.latenciesMs));
      of.rate.push((await contender.load("/greet", REQUESTS, CONNECTIONS)).requestsPerSecond);
      of.few.push(await timeOfOperation(contender, FEW));
      of.many.push(await timeOfOperation(contender, MANY));
    }
    asked += 2 * REQUESTS + OPERATIONS / FEW + OPERATIONS / MANY;
  }
  await checkNothingIsLost(contenders.find(({ name }) => name === OURS) as Contender);
} finally {
  for (const contender of contenders) await contender.stop();
}

const of = (name: string) => samples.get(name) as Samples;
printTitle("dev: a request of 1 KV put, 2 KV gets, 1 D1 query and 3 custom spans, one at a time");
for (const [name, { p50 }] of samples) printFigure(name, median(p50), "ms, p50", 2);
printGoal({ what: OURS, to: PLAIN, value: medianRatio(of(OURS).p50, of(PLAIN).p50), atMost: 1.1 });
printGoal({ what: OURS, to: PEER, value: medianRatio(of(OURS).p50, of(PEER).p50), atMost: 1 });

printTitle(`dev: the same, ${CONNECTIONS} at once`);
for (const [name, { rate }] of samples) printFigure(name, median(rate), "requests/s");
// As times a request: at least 0.92 × the requests a second are at most 1 / 0.92 × the time.
printGoal({
  what: `${OURS}, time a request`,
  to: PLAIN,
  value: medianRatio(of(PLAIN).rate, of(OURS).rate),
  atMost: 1.087,
});
printGoal({
  what: `${OURS}, time a request`,
  to: PEER,
  value: medianRatio(of(PEER).rate, of(OURS).rate),
  atMost: 1,
});

printTitle("dev: a Worker of 300 modules, KV gets one after another");
for (const [name, { few, many }] of samples) {
  printFigure(`${name}, ${FEW} a request`, median(few) * 1_000, "µs an operation");
  printFigure(`${name}, ${MANY} a request`, median(many) * 1_000, "µs an operation");
}
const growth = (name: string) => medianRatio(of(name).many, of(name).few);
printGoal({
  what: `growth from ${FEW} to ${MANY} under ${OURS}`,
  to: "that of the Worker without tracing",
  value: growth(OURS) / growth(PLAIN),
  atMost: 1.05,
});
printSummary();

async function timeOfOperation(contender: Contender, inRequest: number): Promise<number> {
  const { latenciesMs } = await contender.load(`/operations/${inRequest}`, OPERATIONS / inRequest, 1);
  return median(latenciesMs) / inRequest;
}

/** A contender that loses traces would do less work than the others. */
async function checkNothingIsLost(contender: Contender): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (contender.tracesTold < asked) {
    if (performance.now() > deadline)
      throw new Error(`Of ${asked} requests ${contender.tracesTold} have a trace`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
