// Opens the page in Chromium, does what a reader does, and reads what the probe inside the page has seen.
import chromium from "@sparticuz/chromium";
import { chromium as browserType, type Page } from "playwright-core";
import { median } from "../ratios.ts";
import { installProbe } from "./probe.ts";
import type { BenchServer } from "./server.ts";

export interface Motion {
  frames: number;
  /** Frames that took longer than 32 ms. */
  long: number;
  /** Processor time of the page's thread for one frame. */
  cpuMs: number;
}

export interface Opened {
  requestToRowsMs: number;
  firstRowsMs: number;
  /** Processor time of the page's thread from its first line to the first rows. */
  cpuMs: number;
}

export interface Figures {
  opened: Opened;
  motion: Map<string, Motion>;
  findMs: number;
  heapMB: number;
}

const ROUNDS = 7;
const MOTION_MS = 4_000;
const VIEWPORT = { width: 1440, height: 900 };
/** Typed one after the other: one that most spans have, some that few or none have. */
const TYPED = ["s", "st", "item", "item:99", "colo=ams", "nothing has this"];

export async function measureSize(server: BenchServer, spans: number): Promise<Figures> {
  const opened: Opened[] = [];
  for (let round = 1; round < ROUNDS; round++) {
    opened.push(await inPage((page) => openTrace(page, server.traceUrl(spans))));
  }
  return inPage(async (page) => {
    opened.push(await openTrace(page, server.traceUrl(spans)));
    const motion = new Map<string, Motion>();
    for (const [what, act] of MOTIONS) motion.set(what, await move(page, act));
    const findMs = await measureFind(page);
    return {
      opened: {
        requestToRowsMs: median(opened.map(({ requestToRowsMs }) => requestToRowsMs)),
        firstRowsMs: median(opened.map(({ firstRowsMs }) => firstRowsMs)),
        cpuMs: median(opened.map(({ cpuMs }) => cpuMs)),
      },
      motion,
      findMs,
      heapMB: await heapMB(page),
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
    await page.goto(server.listUrl, { waitUntil: "networkidle" }).catch(() => undefined);
    return [...scripts].reduce((sum, url) => sum + server.gzipBytes(url), 0);
  });
}

/** A browser each, as a reader's first page has: nothing compiled, nothing on the heap. */
async function inPage<Result>(use: (page: Page) => Promise<Result>): Promise<Result> {
  const executablePath = await chromium.executablePath();
  // Processes of their own for page and browser, as everywhere but on small hosts, for which the package is made.
  const args = chromium.args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote");
  const browser = await browserType.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.addInitScript(installProbe);
    return await use(page);
  } finally {
    await browser.close();
  }
}

async function openTrace(page: Page, url: string): Promise<Opened> {
  const cpu = await threadClock(page);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => window.probe.firstRows !== undefined);
  const cpuMs = await cpu();
  const times = await page.evaluate(() => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const answer = entries.find(({ name }) => name.includes("/api/traces/"));
    const rows = window.probe.firstRows ?? Number.NaN;
    return {
      requestToRowsMs: rows - (answer?.startTime ?? Number.NaN),
      firstRowsMs: rows - (answer?.responseEnd ?? Number.NaN),
    };
  });
  return { ...times, cpuMs };
}

/** Reads the processor time of the page's thread, in milliseconds: other programs on the machine do not count. */
async function threadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
}

async function move(page: Page, act: Act): Promise<Motion> {
  await page.mouse.move(VIEWPORT.width * 0.6, VIEWPORT.height * 0.6);
  const cpu = await threadClock(page);
  const cpuBefore = await cpu();
  await page.evaluate(() => window.probe.startFrames());
  const end = performance.now() + MOTION_MS;
  for (let step = 0; performance.now() < end; step++) await act(page, step);
  const times = await page.evaluate(() => window.probe.stopFrames());
  return {
    frames: times.length,
    long: times.filter((time) => time > 32).length,
    cpuMs: ((await cpu()) - cpuBefore) / times.length,
  };
}

type Act = (page: Page, step: number) => Promise<void>;

const MOTIONS: readonly (readonly [what: string, act: Act])[] = [
  ["scrolling by wheel", (page, step) => page.mouse.wheel(0, step % 40 < 30 ? 240 : -180)],
  ["zooming by keys", (page, step) => page.keyboard.press(step % 32 < 16 ? "+" : "-")],
  ["dragging on the minimap", drag],
];

/** To and fro, the button held: each time a range of another width. */
async function drag(page: Page, step: number): Promise<void> {
  const map = await page.locator("[data-minimap]").boundingBox();
  if (map === null) throw new Error("the page has no minimap");
  const y = map.y + map.height / 2;
  await page.mouse.move(map.x + map.width * (step % 2 === 0 ? 0.2 : 0.8), y);
  await page.mouse.down();
  await page.mouse.move(map.x + map.width * (0.45 + 0.01 * (step % 10)), y, { steps: 10 });
  await page.mouse.up();
  await page.keyboard.press("0");
}

async function measureFind(page: Page): Promise<number> {
  await page.keyboard.press("/");
  const times: number[] = [];
  for (const text of TYPED) {
    times.push(
      await page.evaluate(async (typed) => {
        const input = document.querySelector<HTMLInputElement>("input[type=search]");
        return input === null ? Number.NaN : window.probe.typeInto(input, typed);
      }, text),
    );
  }
  return median(times);
}

async function heapMB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  // What one collection lets go may hold what the next one finds.
  for (let times = 0; times < 4; times++) await session.send("HeapProfiler.collectGarbage");
  const usage = await session.send("Runtime.getHeapUsage");
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}
