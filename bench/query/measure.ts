// Asks each question of a backend over and over, alone or while spans arrive at a given rate.
import type { Load, Sent } from "../ingest/sender.ts";
import type { Order, Usage } from "../ingest/server.ts";
import { Process } from "../processes.ts";
import { askNothing, type Question } from "./questions.ts";

const WARM_UP_RUNS = 5;
const RUNS = 50;
const FULL_RATE_SECONDS = 5;

export interface Figures {
  p50Ms: number;
  p95Ms: number;
  /** Of the server, for each answer; beside ingest it counts what arrives meanwhile. */
  cpuMs: number;
  /** Of that on the time it took: 1 is a core. */
  share: number;
  /** 95th percentile of an empty statement, asked before each of them: what the machine and HTTP take of it alone. */
  emptyP95Ms: number;
}

const start = (name: string, ...args: string[]) =>
  Process.start(new URL(`../ingest/${name}.ts`, import.meta.url), args, ["--conditions=@enterspan/source"]);

/** Durable spans a second that a backend of its own takes as fast as they can be sent. */
export async function fullRate(): Promise<number> {
  const server = await start("server");
  const sender = await start("sender", String(server.said));
  try {
    const load = { encoding: "protobuf", seconds: FULL_RATE_SECONDS } satisfies Load;
    await sender.ask<Sent>(load);
    const { spans, seconds } = await sender.ask<Sent>(load);
    return spans / seconds;
  } finally {
    await sender.stop();
    await server.stop();
  }
}

export async function measure(
  dataDir: string,
  questions: readonly Question[],
): Promise<Map<Question, Figures>> {
  const server = await start("server", dataDir);
  try {
    return await ask(server, questions);
  } finally {
    await server.stop();
  }
}

/** The data directory has more spans afterwards. */
export async function measureBeside(
  dataDir: string,
  questions: readonly Question[],
  rate: number,
): Promise<{ figures: Map<Question, Figures>; sent: Sent }> {
  const server = await start("server", dataDir);
  const sender = await start("sender", String(server.said));
  const sent: Sent = { spans: 0, seconds: 0, p50Ms: 0, p99Ms: 0, cpuUs: 0 };
  let measuring = true;
  const sending = (async () => {
    while (measuring) {
      const part = await sender.ask<Sent>({ encoding: "protobuf", seconds: 2, rate } satisfies Load);
      sent.spans += part.spans;
      sent.seconds += part.seconds;
      sent.p99Ms = Math.max(sent.p99Ms, part.p99Ms);
      sent.cpuUs += part.cpuUs;
    }
  })();
  try {
    const figures = await ask(server, questions).finally(() => {
      measuring = false;
    });
    await sending;
    return { figures, sent };
  } finally {
    await sender.stop();
    await server.stop();
  }
}

async function ask(server: Process, questions: readonly Question[]): Promise<Map<Question, Figures>> {
  const base = `http://127.0.0.1:${server.said}`;
  const cpuUs = async () => (await server.ask<Usage>({} satisfies Order)).cpuUs;
  const figures = new Map<Question, Figures>();
  for (const question of questions) {
    for (let run = 0; run < WARM_UP_RUNS; run++) await question.ask(base, run);
    const times: number[] = [];
    const empty: number[] = [];
    let usedUs = 0;
    for (let run = 0; run < RUNS; run++) {
      empty.push(await timed(() => askNothing(base)));
      const before = await cpuUs();
      times.push(await timed(() => question.ask(base, WARM_UP_RUNS + run)));
      usedUs += (await cpuUs()) - before;
    }
    const cpuMs = usedUs / 1000;
    const wallMs = times.reduce((sum, time) => sum + time, 0);
    figures.set(question, {
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
      cpuMs: cpuMs / RUNS,
      share: cpuMs / wallMs,
      emptyP95Ms: percentile(empty, 0.95),
    });
  }
  return figures;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] as number;
