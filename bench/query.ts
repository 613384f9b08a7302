// How fast stored traces are found again: the 95th percentile of six queries on data on disk, alone, while spans arrive
// at half of the full rate, and how that grows from a fifth of the data. README.md says what each figure means.
//
//   npm run bench:query [-- [SPANS [DIRECTORY]] [--alone | --beside] [--only NAME]]
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SPANS_PER_TRACE } from "./query/dataset.ts";
import { load } from "./query/load.ts";
import { type Figures, fullRate, measure, measureBeside } from "./query/measure.ts";
import { type Question, questionsOf } from "./query/questions.ts";
import { printFigure, printGoal, printSummary, printTitle } from "./report.ts";

const GROWTH = 5;
/** A query may take so much longer while spans arrive. */
const BESIDE_INGEST = 2;

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    alone: { type: "boolean", default: false },
    beside: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const spans = Number(positionals[0] ?? 5_000_000);
if (!Number.isSafeInteger(spans) || spans < GROWTH * SPANS_PER_TRACE) {
  throw new Error("Give the number of spans to load, at least 50");
}
const kept = positionals[1];
const directory = kept ?? (await mkdtemp(join(tmpdir(), "enterspan-bench-")));
try {
  if (!options.beside) await measureAlone();
  if (!options.alone) await measureAllBeside();
  printSummary();
} finally {
  if (kept === undefined) await rm(directory, { recursive: true, force: true });
}

async function measureAlone(): Promise<void> {
  const small = await loaded(spans / GROWTH);
  const large = await loaded(spans);
  const figuresOfSmall = await measure(small.dataDir, asked(small.traces));
  const figures = await measure(large.dataDir, asked(large.traces));

  printTitle(`${spans.toLocaleString("en-US")} spans, nothing else running`);
  report(figures, ({ goalMs }) => goalMs);

  printTitle(`Growth from ${(spans / GROWTH).toLocaleString("en-US")} spans`);
  const before = byName(figuresOfSmall);
  for (const [question, { p50Ms }] of figures) {
    const growth = p50Ms / (before.get(question.name)?.p50Ms ?? Number.NaN);
    printFigure(question.name, growth, "× the median", 2);
    if (question.served) printGoal({ value: growth, atMost: GROWTH });
  }
}

async function measureAllBeside(): Promise<void> {
  const { dataDir, traces } = await loaded(spans);
  const rate = (await fullRate()) / 2;
  const copy = join(directory, "copy");
  await rm(copy, { recursive: true, force: true });
  await cp(dataDir, copy, { recursive: true });
  const { figures, sent } = await measureBeside(copy, asked(traces), rate);
  await rm(copy, { recursive: true });
  printTitle("The same while spans arrive at half of the full rate");
  printFigure("rate", sent.spans / sent.seconds, "spans/s", 0, `of ${rate.toFixed(0)} wanted`);
  printFigure("acknowledgement, p99 of the worst 2 s", sent.p99Ms, "ms");
  printFigure("processor time of the sender", sent.cpuUs / 1e4 / sent.seconds, "% of a core");
  report(figures, ({ goalMs }) => goalMs * BESIDE_INGEST);
}

function asked(traces: number): Question[] {
  const questions = questionsOf(traces).filter(({ name }) => name.includes(options.only));
  if (questions.length === 0) throw new Error(`No query has "${options.only}" in its name`);
  return questions;
}

async function loaded(count: number): Promise<{ dataDir: string; traces: number }> {
  const dataDir = join(directory, String(count));
  const seconds = await load(dataDir, count);
  const text = count.toLocaleString("en-US");
  console.log(
    seconds === 0 ? `${text} spans found in ${dataDir}` : `${text} spans loaded in ${seconds.toFixed(0)} s`,
  );
  return { dataDir, traces: Math.floor(count / SPANS_PER_TRACE) };
}

function report(figures: Map<Question, Figures>, goalOf: (question: Question) => number): void {
  for (const [question, { p50Ms, p95Ms, cpuMs, share, emptyP95Ms }] of figures) {
    const used = `median; the server takes ${cpuMs.toFixed(0)} ms of processor time each, ${(share * 100).toFixed(0)} % of a core; p95 of SELECT 1 between them ${emptyP95Ms.toFixed(0)} ms`;
    printFigure(question.name, p50Ms, "ms", 1, used);
    printGoal({ what: "p95", value: p95Ms, atMost: goalOf(question), unit: "ms" });
  }
}

function byName(figures: Map<Question, Figures>): Map<string, Figures> {
  return new Map([...figures].map(([{ name }, figure]) => [name, figure]));
}
