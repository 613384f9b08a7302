// How fast stored traces are found again: the 95th percentile of six queries on data on disk, alone, while spans arrive
// at half of the full rate, and how that grows from a fifth of the data. README.md says what each figure means.
//
//   npm run bench:query [-- SPANS [DIRECTORY]]
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SPANS_PER_TRACE } from "./query/dataset.ts";
import { load } from "./query/load.ts";
import { type Figures, fullRate, measure, measureBeside } from "./query/measure.ts";
import type { Question } from "./query/questions.ts";
import { printFigure, printGoal, printSummary, printTitle } from "./report.ts";

const GROWTH = 5;
/** A query may take so much longer while spans arrive. */
const BESIDE_INGEST = 2;

const spans = Number(process.argv[2] ?? 5_000_000);
if (!Number.isSafeInteger(spans) || spans < GROWTH * SPANS_PER_TRACE) {
  throw new Error("Give the number of spans to load, at least 50");
}
const kept = process.argv[3];
const directory = kept ?? (await mkdtemp(join(tmpdir(), "enterspan-bench-")));
try {
  const small = await loaded(spans / GROWTH);
  const large = await loaded(spans);
  const figuresOfSmall = await measure(small.dataDir, small.traces);
  const figures = await measure(large.dataDir, large.traces);

  printTitle(`${spans.toLocaleString("en-US")} spans, nothing else running`);
  report(figures, ({ goalMs }) => goalMs);

  printTitle(`Growth from ${(spans / GROWTH).toLocaleString("en-US")} spans`);
  const before = byName(figuresOfSmall);
  for (const [question, { p50Ms }] of figures) {
    const growth = p50Ms / (before.get(question.name)?.p50Ms ?? Number.NaN);
    printFigure(question.name, growth, "× the median", 2);
    if (question.served) printGoal({ value: growth, atMost: GROWTH });
  }

  const rate = (await fullRate()) / 2;
  const copy = join(directory, "copy");
  await cp(large.dataDir, copy, { recursive: true });
  const beside = await measureBeside(copy, large.traces, rate);
  await rm(copy, { recursive: true });
  printTitle("The same while spans arrive at half of the full rate");
  printFigure("rate", beside.sent.spans / beside.sent.seconds, "spans/s", 0, `of ${rate.toFixed(0)} wanted`);
  printFigure("acknowledgement, p99 of the worst 2 s", beside.sent.p99Ms, "ms");
  report(beside.figures, ({ goalMs }) => goalMs * BESIDE_INGEST);
  printSummary();
} finally {
  if (kept === undefined) await rm(directory, { recursive: true, force: true });
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
  for (const [question, { p50Ms, p95Ms }] of figures) {
    printFigure(question.name, p50Ms, "ms", 1, "median");
    printGoal({ what: "p95", value: p95Ms, atMost: goalOf(question), unit: "ms" });
  }
}

function byName(figures: Map<Question, Figures>): Map<string, Figures> {
  return new Map([...figures].map(([{ name }, figure]) => [name, figure]));
}
