// How fast the explorer is in a real browser, with traces of 1,000, 10,000 and 100,000 spans, beside our goals.
// README.md says what each figure means.
//
//   npm run bench:explorer [-- 100000 | live]
import { startFilledBackend } from "./explorer/backend.ts";
import { measureLive } from "./explorer/live.ts";
import { measureScripts, measureSize } from "./explorer/measure.ts";
import { FLOOR } from "./explorer/motion.ts";
import { startServer } from "./explorer/server.ts";
import { median } from "./ratios.ts";
import { printFigure, printGoal, printSummary, printTitle } from "./report.ts";

interface Goals {
  firstRowsMs: number;
  findMs: number;
  heapMB: number;
}

const GOALS: ReadonlyMap<number, Goals> = new Map([
  [1_000, { firstRowsMs: 60, findMs: 16, heapMB: 60 }],
  [10_000, { firstRowsMs: 120, findMs: 30, heapMB: 90 }],
  [100_000, { firstRowsMs: 600, findMs: 100, heapMB: 350 }],
]);
const LONG_FRAMES_PERCENT = 1;
const SCRIPTS_KB = 250;
const LIVE_MS = 1_000;

const only = process.argv[2];
const server = await startServer([...GOALS.keys()]);
const backend = await startFilledBackend([...GOALS.keys()]);
for (const [spans, goals] of GOALS) {
  if (only !== undefined && Number(only) !== spans) continue;
  const figures = await measureSize(server, backend, spans);
  printTitle(
    `A trace of ${spans.toLocaleString("en-US")} spans, ${server.megabytes(spans).toFixed(1)} MB of JSON`,
  );
  const { opened, fromList } = figures;
  printFigure("page opened to first rows, processor", opened.threadMs, "ms");
  printFigure("page opened to first rows painted", opened.askedMs, "ms");
  printFigure("request sent to first rows painted", opened.requestMs, "ms");
  printFigure("answer received to first rows painted", opened.answerMs, "ms");
  printGoal({ value: opened.answerMs, atMost: goals.firstRowsMs, unit: "ms" });
  printFigure("chosen in the list to first rows", fromList.askedMs, "ms");
  printFigure("answer received to first rows painted", fromList.answerMs, "ms");
  printGoal({ value: fromList.answerMs, atMost: goals.firstRowsMs, unit: "ms" });
  for (const [what, motion] of figures.motions) {
    const { frames, threadMs, scriptMs, styleMs, layoutMs, drawingMs } = motion;
    const parts = `script ${scriptMs.toFixed(1)}, style ${styleMs.toFixed(1)}, layout ${layoutMs.toFixed(1)}`;
    printFigure(
      what,
      frames,
      "frames",
      0,
      `${threadMs.toFixed(1)} ms of the page's thread each (${parts}), ${drawingMs.toFixed(1)} ms of others to draw`,
    );
    const value = (100 * motion.long) / frames;
    if (what === FLOOR) printFigure("  of them over 32 ms", value, "%", 1);
    else printGoal({ what: "frames over 32 ms", value, atMost: LONG_FRAMES_PERCENT, unit: "%" });
  }
  printFigure("key typed in find to matches marked", figures.markedMs, "ms");
  printGoal({ value: figures.markedMs, atMost: goals.findMs, unit: "ms" });
  printFigure("key typed in find to matches counted", figures.countedMs, "ms");
  printFigure("heap and buffers, after collection", figures.heapMB, "MB", 1);
  printGoal({ value: figures.heapMB, atMost: goals.heapMB, unit: "MB" });
}
if (only === undefined || only === "live") {
  const took = await measureLive();
  took.sort((a, b) => a - b);
  const p95 = took[Math.ceil(0.95 * took.length) - 1] as number;
  printTitle("A request under `enterspan dev`, its response ended to its row in the list");
  printFigure("median", median(took), "ms");
  printFigure("p95", p95, "ms");
  printGoal({ value: p95, atMost: LIVE_MS, unit: "ms" });
}
printTitle("JavaScript for the first view, gzip");
const kilobytes = (await measureScripts(server)) / 1_000;
printFigure("list of traces", kilobytes, "kB", 1);
printGoal({ value: kilobytes, atMost: SCRIPTS_KB, unit: "kB" });
server.close();
await backend.close();
printSummary();
