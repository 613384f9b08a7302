// How the page moves: scrolled, zoomed, dragged, in turn with a plain list that is scrolled in the same browser. What that
// list takes is the floor: no page of this size is drawn for less on this machine.
import type { CDPSession, Page } from "playwright-core";
import { VIEWPORT } from "./browser.ts";

export interface Motion {
  frames: number;
  /** Frames that took longer than 32 ms. */
  long: number;
  /** Processor time for one frame, in milliseconds: of the page's thread, and of that its parts. */
  threadMs: number;
  scriptMs: number;
  styleMs: number;
  layoutMs: number;
  /** The same, of all other threads: drawing and putting together what is seen. */
  drawingMs: number;
}

const ROUNDS = 3;
const MOTION_MS = 1_500;
export const FLOOR = "plain list scrolled";

type Act = (page: Page, step: number) => Promise<void>;
const scroll: Act = (page, step) => page.mouse.wheel(0, step % 40 < 30 ? 240 : -180);

const MOTIONS: readonly (readonly [what: string, act: Act])[] = [
  ["scrolling by wheel", scroll],
  ["zooming by keys", zoom],
  ["dragging on the minimap", drag],
];

const PLAIN_LIST = `<!doctype html><style>body{margin:0;font:13px sans-serif}div{height:27px;border-bottom:1px solid #eee}</style>
<script>for(let row=0;row<3000;row++)document.write("<div>row "+row+" of a plain list</div>")</script>`;

/** By what is done, the floor first. */
export async function measureMotions(page: Page): Promise<Map<string, Motion>> {
  const list = await page.context().newPage();
  await list.goto(`data:text/html,${encodeURIComponent(PLAIN_LIST)}`);
  const acts: [string, Page, Act][] = [
    [FLOOR, list, scroll],
    ...MOTIONS.map(([what, act]): [string, Page, Act] => [what, page, act]),
  ];
  const motions = new Map<string, Motion>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [what, where, act] of acts) {
      const moved = await move(where, act);
      const before = motions.get(what);
      motions.set(what, before === undefined ? moved : together(before, moved));
    }
  }
  await list.close();
  return motions;
}

function together(one: Motion, other: Motion): Motion {
  const frames = one.frames + other.frames;
  const mean = (of: (motion: Motion) => number): number =>
    (of(one) * one.frames + of(other) * other.frames) / frames;
  return {
    frames,
    long: one.long + other.long,
    threadMs: mean(({ threadMs }) => threadMs),
    scriptMs: mean(({ scriptMs }) => scriptMs),
    styleMs: mean(({ styleMs }) => styleMs),
    layoutMs: mean(({ layoutMs }) => layoutMs),
    drawingMs: mean(({ drawingMs }) => drawingMs),
  };
}

async function move(page: Page, act: Act): Promise<Motion> {
  await page.bringToFront();
  await page.mouse.move(VIEWPORT.width * 0.6, VIEWPORT.height * 0.6);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await clocks(page, session);
  await page.evaluate(() => window.probe.startFrames());
  const end = performance.now() + MOTION_MS;
  for (let step = 0; performance.now() < end; step++) await act(page, step);
  const times = await page.evaluate(() => window.probe.stopFrames());
  const after = await clocks(page, session);
  await session.detach();
  const each = (of: (read: Clocks) => number): number => (of(after) - of(before)) / times.length;
  return {
    frames: times.length,
    long: times.filter((time) => time > 32).length,
    threadMs: each(({ thread }) => thread),
    scriptMs: each(({ script }) => script),
    styleMs: each(({ style }) => style),
    layoutMs: each(({ layout }) => layout),
    drawingMs: each(({ all, thread }) => all - thread),
  };
}

/** Processor time so far, in milliseconds. */
interface Clocks {
  readonly thread: number;
  readonly script: number;
  readonly style: number;
  readonly layout: number;
  /** Of the page's process and of the one that draws. */
  readonly all: number;
}

async function clocks(page: Page, session: CDPSession): Promise<Clocks> {
  const { metrics } = await session.send("Performance.getMetrics");
  const ms = (name: string): number =>
    1_000 * (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN);
  const browser = page.context().browser();
  const system = await browser?.newBrowserCDPSession();
  const processes = (await system?.send("SystemInfo.getProcessInfo"))?.processInfo ?? [];
  await system?.detach();
  const drawn = processes.filter(({ type }) => type === "renderer" || type === "GPU");
  return {
    thread: ms("TaskDuration"),
    script: ms("ScriptDuration"),
    style: ms("RecalcStyleDuration"),
    layout: ms("LayoutDuration"),
    all: 1_000 * drawn.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
  };
}

/** A key a frame, twice as often as one that is held is repeated. */
async function zoom(page: Page, step: number): Promise<void> {
  await page.keyboard.press(step % 32 < 16 ? "+" : "-");
  await page.evaluate(() => new Promise(requestAnimationFrame));
}

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
