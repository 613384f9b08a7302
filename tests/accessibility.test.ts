// axe finds nothing in any view, in either theme; and the waterfall is a treegrid that tells where one is.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { FAULTY_ID, ODD_ID, ORDER_ID } from "../packages/explorer/scripts/fixture/traces.ts";
import { openPage } from "./explorer.fixture.ts";
import { sendShopTraces, startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const span = (index: number): string => index.toString(16).padStart(16, "0");
const VIEWS: readonly [view: string, path: string, shown: string][] = [
  ["the list", "/?last=1h&sort=duration", "[role=row] [role=cell]"],
  ["all logs", "/logs?levels=error.warn", "section ol li"],
  ["the map of services", "/map", "tbody tr"],
  ["the query builder", "/query", "tbody tr"],
  ["a waterfall", `/traces/${ODD_ID}`, "[role=row][aria-level]"],
  ["a span with an error", `/traces/${ORDER_ID}?span=${span(6)}&path=1`, "aside"],
  ["an invocation", `/traces/${ORDER_ID}?span=${span(1)}`, "aside"],
  ["insights", `/traces/${FAULTY_ID}?view=insights`, "article"],
  ["the flame graph", `/traces/${ORDER_ID}?view=flame`, "section button.bar"],
  ["statistics", `/traces/${ORDER_ID}?view=statistics`, "tbody tr"],
  ["a comparison", `/traces/${ORDER_ID}?view=compare&with=${FAULTY_ID}`, "tbody tr"],
  ["logs", `/traces/${ORDER_ID}?view=logs`, "section ol li"],
  ["raw", `/traces/${ORDER_ID}?view=raw`, "pre"],
  ["a trace that is not there", `/traces/${"e".repeat(32)}`, "text=This trace is not stored here"],
];

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await startExplorerBackend();
await sendShopTraces(server, 20);
const { browser } = await openExplorer(server);

async function violations(page: Page): Promise<string[]> {
  // What only begins to show has less contrast than it will have.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
        .map(({ finished }) => finished),
    ),
  );
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary?.slice(0, 200)}`),
  );
}

describe.each(["light", "dark"] as const)("%s", (theme) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser, server.url));
    await page.emulateMedia({ colorScheme: theme });
  });

  it.each(VIEWS)("%s", async (_view, path, shown) => {
    await page.goto(server.url + path);
    await page.locator(shown).first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("a trace that is on its way", async () => {
    const path = `/traces/${"d".repeat(32)}`;
    await page.route(`**/api${path}`, () => {});
    await page.goto(server.url + path);
    await page.locator("[aria-busy=true]").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.unroute(`**/api${path}`);
  });

  it("what is saved", async () => {
    await page.goto(server.url);
    await page.getByRole("button", { name: "Saved" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("the sheet of keys", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}`);
    await page.locator("[role=row][aria-level]").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

it("tells who listens which row is active, how deep it is and whether it is open", async () => {
  const { page } = await openPage(browser, server.url);
  await page.goto(`${server.url}/traces/${ORDER_ID}`);
  const grid = page.getByRole("treegrid");
  // The grid is there before its rows are.
  await grid.locator("[aria-level]").first().waitFor();
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const told = async () => {
    const active = page.locator(`#${await grid.getAttribute("aria-activedescendant")}`);
    const names = ["aria-level", "aria-expanded", "aria-rowindex"];
    return Promise.all(names.map((name) => active.getAttribute(name)));
  };
  await expect.poll(told).toEqual(["2", "true", "4"]);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(told).toEqual(["2", "false", "4"]);
});

it.each([
  [360, 740],
  [3840, 2160],
])(
  "keeps every page within a screen of %i × %i",
  async (width, height) => {
    const { page } = await openPage(browser, server.url, { width, height });
    for (const [view, path, shown] of VIEWS) {
      await page.goto(server.url + path);
      await page.locator(shown).first().waitFor();
      const { outside, cut } = await page.evaluate(() => ({
        outside: document.documentElement.scrollWidth - window.innerWidth,
        cut: [...document.querySelectorAll("body > div > div > header *")].filter(
          (element) => element.getBoundingClientRect().right > window.innerWidth + 1,
        ).length,
      }));
      expect({ view, outside, cut }).toEqual({ view, outside: 0, cut: 0 });
    }
  },
  240_000,
);
