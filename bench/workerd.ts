// What a span costs on workerd: ours, the runtime's own tracing, otel-cf-workers, and the floor beneath any of them.
//
// What makes the comparison fair: one Worker, whose loop each contender writes as its users would (workerd/workers/),
// makes the same spans with the same two attributes; each contender has a workerd of its own, the same binary with the
// same flags; all do their rounds in turn, and each waits until the one before has come to rest.
import { readConfig } from "../packages/tracing/src/config.ts";
import { Process } from "./processes.ts";
import { mean, median, medianRatio } from "./ratios.ts";
import { printFigure, printGoal, printTitle } from "./report.ts";
import { Contender, type Setup } from "./workerd/contender.ts";

/** Few enough that the runtime's own tracing drops none: it does from 2 MiB of events on. */
const SPANS = 2_000;
/** Where a span costs less than the Worker's clock can tell. */
const MANY_SPANS = 20_000;
const REQUESTS = 5;
const ROUNDS = 7;
const WARM_UP_REQUESTS = 20;

/** Nanoseconds a span of one contender, one figure for each round. */
interface Samples {
  /** In the calling loop. */
  loop: number[];
  /** What spans add to the time until the response is there. */
  response: number[];
  /** Processor time of workerd, and of all processes together, until they are at rest. */
  workerd: number[];
  cpu: number[];
}

const FLOOR = "floor";
const OURS = "enterspan";
const OURS_STORED = "enterspan, stored by our backend";
const OURS_UNSAMPLED = "enterspan, not sampled";
const NATIVE = "native, no-op tail";
const NATIVE_STORED = "native, stored by wrangler's collector";
const NATIVE_UNTRACED = "native, not traced";

export async function measureWorkerd(): Promise<void> {
  const receiver = await Process.start(new URL("workerd/receiver.ts", import.meta.url), [], []);
  const backend = await Process.start(
    new URL("workerd/backend.ts", import.meta.url),
    [],
    ["--conditions=@enterspan/source"],
  );
  const contenders: Contender[] = [];
  try {
    for (const setup of setups(receiver, backend)) contenders.push(await Contender.start(setup));
    for (const isAsync of [false, true]) report(isAsync, await measure(contenders, isAsync));
    const made = contenders.find(({ name }) => name === OURS_STORED)?.made;
    const stored = await backend.ask({});
    if (made !== stored) throw new Error(`Of ${made} spans the backend has stored ${stored}`);
  } finally {
    for (const contender of contenders) await contender.stop();
    await receiver.stop();
    await backend.stop();
  }
}

function setups(receiver: Process, backend: Process): Setup[] {
  const receiverUrl = `http://127.0.0.1:${receiver.said}`;
  const ours = (endpoint: string, headSamplingRate: number) => ({
    worker: "enterspan",
    config: readConfig({ serviceName: "bench", endpoint, traces: { headSamplingRate } }),
  });
  return [
    { name: FLOOR, worker: "floor" },
    { name: OURS, ...ours(receiverUrl, 1) },
    { name: OURS_STORED, ...ours(`http://127.0.0.1:${backend.said}`, 1), helpers: [backend.pid] },
    { name: NATIVE, worker: "tracing", tail: "no-op-tail" },
    { name: "native, tail that posts", worker: "tracing", tail: "posting-tail", receiver: receiverUrl },
    { name: NATIVE_STORED, worker: "tracing", localObservability: true },
    { name: "@microlabs/otel-cf-workers", worker: "otel-cf-workers", config: { endpoint: receiverUrl } },
    { name: OURS_UNSAMPLED, ...ours(receiverUrl, 0), spans: MANY_SPANS },
    { name: NATIVE_UNTRACED, worker: "tracing", spans: MANY_SPANS },
  ];
}

async function measure(contenders: Contender[], isAsync: boolean): Promise<Map<string, Samples>> {
  const samples = new Map<string, Samples>();
  for (const contender of contenders) {
    samples.set(contender.name, { loop: [], response: [], workerd: [], cpu: [] });
    for (let i = 0; i < WARM_UP_REQUESTS; i++) await contender.ask(SPANS, isAsync);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const { spans = SPANS } = contender.setup;
      const without = await askAll(contender, 0, isAsync);
      const made = await askAll(contender, spans, isAsync);
      const { loop, response, workerd, cpu } = samples.get(contender.name) as Samples;
      loop.push((mean(made.loopMs) / spans) * 1e6);
      response.push(((median(made.responseMs) - median(without.responseMs)) / spans) * 1e6);
      workerd.push(((made.workerdMs - without.workerdMs) / (REQUESTS * spans)) * 1e6);
      cpu.push(((made.cpuMs - without.cpuMs) / (REQUESTS * spans)) * 1e6);
    }
  }
  return samples;
}

async function askAll(contender: Contender, spans: number, isAsync: boolean) {
  await contender.rest();
  const before = { workerd: contender.workerdMs(), all: contender.cpuMs() };
  const loopMs: number[] = [];
  const responseMs: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const answer = await contender.ask(spans, isAsync);
    loopMs.push(answer.loopMs);
    responseMs.push(answer.responseMs);
  }
  await contender.rest();
  return {
    loopMs,
    responseMs,
    workerdMs: contender.workerdMs() - before.workerd,
    cpuMs: contender.cpuMs() - before.all,
  };
}

function report(isAsync: boolean, samples: Map<string, Samples>): void {
  const of = (name: string) => samples.get(name) as Samples;
  printTitle(`workerd: ${isAsync ? "async" : "sync"}, two attributes, in the calling loop`);
  for (const [name, { loop }] of samples) printFigure(name, median(loop), "ns a span");
  const ratioToNative = medianRatio(of(OURS).loop, of(NATIVE).loop);
  printGoal({ what: OURS, to: NATIVE, value: ratioToNative, atMost: 0.45 });
  const unsampledRatio = medianRatio(of(OURS_UNSAMPLED).loop, of(NATIVE_UNTRACED).loop);
  printGoal({ what: OURS_UNSAMPLED, to: NATIVE_UNTRACED, value: unsampledRatio, atMost: 0.2 });

  printTitle(`workerd: ${isAsync ? "async" : "sync"}, what spans add to the time until the response`);
  for (const [name, { response }] of samples) printFigure(name, median(response), "ns a span");

  printTitle(`workerd: ${isAsync ? "async" : "sync"}, processor time until all is at rest`);
  for (const [name, { cpu }] of samples) printFigure(name, mean(cpu), "ns a span");
  printFigure("enterspan's workerd, without the backend", mean(of(OURS_STORED).workerd), "ns a span");
  // The clock of /proc ticks every 10 ms: only sums are exact.
  const native = mean(of(NATIVE_STORED).cpu);
  const workerdRatio = mean(of(OURS_STORED).workerd) / native;
  printGoal({ what: "enterspan's workerd", to: NATIVE_STORED, value: workerdRatio, atMost: 0.25 });
  const storedRatio = mean(of(OURS_STORED).cpu) / native;
  printGoal({ what: OURS_STORED, to: NATIVE_STORED, value: storedRatio, atMost: 0.25 });
}
