// Opens the page in Chromium, does what a reader does, and reads what the probe inside the page has seen.
import type { Page } from "playwright-core";
import { median } from "../ratios.ts";
import type { FilledBackend } from "./backend.ts";
import { inPage } from "./browser.ts";
import { type FirstRows, measureFirstRows } from "./first-rows.ts";
import { type Motion, measureMotions } from "./motion.ts";
import type { Typed } from "./probe.ts";
import type { BenchServer } from "./server.ts";

export interface Figures {
  opened: FirstRows;
  fromList: FirstRows;
  motions: Map<string, Motion>;
  markedMs: number;
  countedMs: number;
  heapMB: number;
}

const FRAME_MS = 1_000 / 60;
const SETTLED_MS = 5_000;
/** Typed one after the other: one that most spans have, some that few or none have. */
const TYPED = ["s", "st", "item", "item:99", "colo=ams", "nothing has this"];

export async function measureSize(
  server: BenchServer,
  backend: FilledBackend,
  spans: number,
): Promise<Figures> {
  const firstRows = await measureFirstRows(backend, spans);
  return inPage(async (page) => {
    await page.goto(server.traceUrl(spans), { waitUntil: "commit" });
    await page.evaluate(() => window.probe.firstRows);
    const motions = await measureMotions(page);
    const found = await measureFind(page);
    const bytes = await heapMB(page);
    return {
      ...firstRows,
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
