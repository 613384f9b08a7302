// How soon a request is seen: the demo runs under `enterspan dev`, its list of traces is open in a browser, and a request
// is made. Unlike the other figures of the page this one has everything in it: Worker, backend, live feed.
import type { Page } from "playwright-core";
import { startDemo } from "../../tests/demo.fixture.ts";
import { inPage } from "./browser.ts";

const REQUESTS = 30;
/** The demo's own customer asks once, and then leaves the Worker to us. */
const SILENCE_MS = 3_600_000;
/** The page asks anew at most so often: pauses of all lengths around it. */
const LEAST_PAUSE_MS = 100;
const GREATEST_PAUSE_MS = 900;
/** Orders that nobody has placed: each has a name of its own in the list. */
const FIRST_ORDER = 500_000;

/** Milliseconds from the end of each response until its trace's row is in the page. */
export async function measureLive(): Promise<number[]> {
  const demo = await startDemo(SILENCE_MS);
  try {
    return await inPage(async (page) => {
      await page.goto(demo.explorerUrl);
      await page.getByRole("link", { name: "GET /orders/1001" }).first().waitFor();
      const took: number[] = [];
      for (let order = FIRST_ORDER; took.length < REQUESTS; order++) {
        await page.waitForTimeout(LEAST_PAUSE_MS + Math.random() * (GREATEST_PAUSE_MS - LEAST_PAUSE_MS));
        took.push(await servedToSeen(page, demo.ordersUrl, order));
      }
      return took;
    });
  } finally {
    await demo.stop();
  }
}

async function servedToSeen(page: Page, ordersUrl: string, order: number): Promise<number> {
  const path = `/orders/${order}`;
  await page.evaluate((name) => window.probe.lookForLink(name), `GET ${path}`);
  const response = await fetch(ordersUrl + path, { headers: { authorization: "Bearer ada-token" } });
  await response.arrayBuffer();
  const servedAt = performance.timeOrigin + performance.now();
  return (await page.evaluate(() => window.probe.linkSeenAt)) - servedAt;
}
