// How soon the first rows of a trace are there: by its address, and chosen in the list.
import { median } from "../ratios.ts";
import type { FilledBackend } from "./backend.ts";
import { type BarePage, inBarePage } from "./bare-page.ts";

/** Milliseconds to the frame that shows the first rows. */
export interface FirstRows {
  /** From when the reader asked for the page or chose the trace in the list: all that one waits for. */
  askedMs: number;
  /** From the request for the trace. */
  requestMs: number;
  /** From the last byte of its answer. */
  answerMs: number;
  /** Processor time of the page's thread from then on that the reader asked. */
  threadMs: number;
}

const ROUNDS = 7;

/** Medians of openings in turn, each in a browser of its own. */
export async function measureFirstRows(
  backend: FilledBackend,
  spans: number,
): Promise<{ opened: FirstRows; fromList: FirstRows }> {
  const opened: FirstRows[] = [];
  const fromList: FirstRows[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    opened.push(await inBarePage((page) => openTrace(page, backend.traceUrl(spans))));
    fromList.push(await inBarePage((page) => openFromList(page, backend, spans)));
  }
  return { opened: medians(opened), fromList: medians(fromList) };
}

async function openTrace(page: BarePage, url: string): Promise<FirstRows> {
  await page.goTo(url);
  return { ...(await page.evaluate<Times>(FIRST_ROWS)), threadMs: await page.threadMs() };
}

/** As readers come: the list has been looked at, and the trace is chosen there. */
async function openFromList(page: BarePage, backend: FilledBackend, spans: number): Promise<FirstRows> {
  const link = `a[href*="${backend.traceId(spans)}"]`;
  await page.goTo(backend.listUrl);
  await page.evaluate(THERE_AND_AT_REST(link));
  const threadMs = await page.threadMs();
  await page.click(link);
  return { ...(await page.evaluate<Times>(FIRST_ROWS)), threadMs: (await page.threadMs()) - threadMs };
}

const THERE_AND_AT_REST = (selector: string): string => `new Promise((resolve) => {
  const look = () => {
    if (document.querySelector(${JSON.stringify(selector)}) === null) requestAnimationFrame(look);
    else setTimeout(() => requestIdleCallback(() => resolve(true)), 400);
  };
  look();
})`;

type Times = Omit<FirstRows, "threadMs">;

const FIRST_ROWS = `probe.firstRows.then((rows) => {
  const answer = performance.getEntriesByType("resource").find(({ name }) => /\\/api\\/traces\\/[0-9a-f]{32}$/.test(name));
  return {
    askedMs: rows - (probe.clickedAt ?? 0),
    requestMs: rows - answer.startTime,
    answerMs: rows - answer.responseEnd,
  };
})`;

const medians = (all: readonly FirstRows[]): FirstRows => ({
  askedMs: median(all.map(({ askedMs }) => askedMs)),
  requestMs: median(all.map(({ requestMs }) => requestMs)),
  answerMs: median(all.map(({ answerMs }) => answerMs)),
  threadMs: median(all.map(({ threadMs }) => threadMs)),
});
