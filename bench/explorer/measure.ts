// Opens the page in Chromium, does what a reader does, and reads what the probe inside the page has seen.
import type { Page } from "playwright-core";
import { median } from "../ratios.ts";
import { inPage } from "./browser.ts";
import { type Motion, measureMotions } from "./motion.ts";
import type { Typed } from "./probe.ts";
import type { BenchServer } from "./server.ts";

/** Milliseconds to the frame that shows the first rows. */
export interface FirstRows {
  /** From when the reader asked for the page or chose the trace in the list: all that one waits for. */
  askedMs: number;
  /** From the request for the trace. */
  requestMs: number;
  /** From the last byte of its answer. */
  answerMs: number;
}

export interface Opened extends FirstRows {
  /** Processor time of the page's thread from its first line to the first rows. */
  cpuMs: number;
}

export interface Figures {
  opened: Opened;
  fromList: FirstRows;
  motions: Map<string, Motion>;
  markedMs: number;
  countedMs: number;
  heapMB: number;
}

const FRAME_MS = 1_000 / 60;
const ROUNDS = 7;
const SETTLED_MS = 5_000;
/** Typed one after the other: one that most spans have, some that few or none have. */
const TYPED = ["s", "st", "item", "item:99", "colo=ams", "nothing has this"];

export async function measureSize(server: BenchServer, spans: number): Promise<Figures> {
  const opened: Opened[] = [];
  const fromList: FirstRows[] = [];
  for (let round = 1; round < ROUNDS; round++) {
    opened.push(await inPage((page) => openTrace(page, server.traceUrl(spans))));
    fromList.push(await inPage((page) => openFromList(page, server, spans)));
  }
  return inPage(async (page) => {
    opened.push(await openTrace(page, server.traceUrl(spans)));
    const motions = await measureMotions(page);
    const found = await measureFind(page);
    const bytes = await heapMB(page);
    return {
      opened: {
        ...medians(opened),
        cpuMs: median(opened.map(({ cpuMs }) => cpuMs)),
      },
      fromList: medians(fromList),
      motions,
      markedMs: median(found.map(({ markedMs }) => markedMs)),
      countedMs: median(found.map(({ countedMs }) => countedMs)),
      heapMB: bytes,
    };
  });
}

/** Gzipped bytes of all scripts that the list of traces loads. */
export async function measureScripts(server: BenchServer): Promise<number> {
  return inPage(async (page) => {
    const scripts = new Set<string>();
    page.on("response", (response) => {
      if (response.request().resourceType() === "script") scripts.add(response.url());
    });
    // The live feed goes on for ever.
    await page.goto(server.listUrl, { waitUntil: "networkidle", timeout: SETTLED_MS }).catch(() => undefined);
    return [...scripts].reduce((sum, url) => sum + server.gzipBytes(url), 0);
  });
}

async function openTrace(page: Page, url: string): Promise<Opened> {
  const cpu = await threadClock(page);
  await page.goto(url, { waitUntil: "commit" });
  const firstRows = await firstRowsOf(page);
  return { ...firstRows, cpuMs: await cpu() };
}

/** As readers come: the list has been looked at, and the trace is chosen there. */
async function openFromList(page: Page, server: BenchServer, spans: number): Promise<FirstRows> {
  await page.goto(server.listUrl);
  const link = page.locator(`a[href*="${server.traceId(spans)}"]`).first();
  await link.waitFor();
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  // Asked for before the click: the driver's own scripts would be compiled between it and the rows.
  const firstRows = firstRowsOf(page);
  await link.click();
  return firstRows;
}

const firstRowsOf = (page: Page): Promise<FirstRows> =>
  page.evaluate(async () => {
    const rows = await window.probe.firstRows;
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const answer = entries.find(({ name }) => /\/api\/traces\/[0-9a-f]{32}$/.test(name));
    return {
      askedMs: rows - (window.probe.clickedAt ?? 0),
      requestMs: rows - (answer?.startTime ?? Number.NaN),
      answerMs: rows - (answer?.responseEnd ?? Number.NaN),
    };
  });

const medians = (all: readonly FirstRows[]): FirstRows => ({
  askedMs: median(all.map(({ askedMs }) => askedMs)),
  requestMs: median(all.map(({ requestMs }) => requestMs)),
  answerMs: median(all.map(({ answerMs }) => answerMs)),
});

/** Reads the processor time of the page's thread, in milliseconds: other programs on the machine do not count. */
async function threadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
}

async function measureFind(page: Page): Promise<Typed[]> {
  await page.keyboard.press("/");
  const typed: Typed[] = [];
  for (const text of [...TYPED, ...TYPED, ...TYPED]) {
    // A key comes at any moment between two frames; right behind one it would always wait for the whole of the next.
    await page.waitForTimeout(100 + Math.random() * FRAME_MS);
    typed.push(
      await page.evaluate(async (one) => {
        const input = document.querySelector<HTMLInputElement>("input[type=search]");
        if (input === null) throw new Error("the page has no find");
        return window.probe.typeInto(input, one);
      }, text),
    );
  }
  return typed;
}

async function heapMB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  // What one collection lets go may hold what the next one finds.
  for (let times = 0; times < 4; times++) await session.send("HeapProfiler.collectGarbage");
  const usage = await session.send("Runtime.getHeapUsage");
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}
