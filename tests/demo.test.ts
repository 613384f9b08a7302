// The newcomer's first look: the demo runs, a request is made, and a real browser shows its waterfall.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Demo, launchBrowser, startDemo } from "./demo.fixture.ts";

let demo: Demo;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  // One round of the demo's own, then silence: what comes after is the test's.
  demo = await startDemo(3_600_000);
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(demo.explorerUrl) && !request.url().startsWith("data:")) {
      problems.push(request.url());
    }
  });
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

/** The rows of the tree: how deep, and what is told of each span. */
async function rows(grid: Locator): Promise<[level: number, name: string][]> {
  return grid.locator('[role="row"][aria-level]').evaluateAll((elements) =>
    elements.map((element) => [
      Number(element.getAttribute("aria-level")),
      // Beside the name stand chips: the service where an invocation begins, flags.
      element.querySelector('[role="gridcell"] [title]')?.textContent?.trim() ?? "",
    ]),
  );
}

it("shows a request that has just been made: its nesting, durations and log, and a link to each span", async () => {
  await page.goto(demo.explorerUrl);
  await page.getByRole("link", { name: "GET /orders/1001" }).first().waitFor();

  // The page is open already: the trace arrives by itself.
  const response = await fetch(`${demo.ordersUrl}/orders/1042`, {
    method: "POST",
    headers: { authorization: "Bearer ada-token" },
  });
  expect(await response.json()).toEqual({ orderId: "1042", customer: "ada", total: 43.2 });
  await page.getByRole("link", { name: "POST /orders/1042" }).first().click();

  const grid = page.getByRole("treegrid");
  await grid.getByText("rememberLastOrder").first().waitFor();
  // The two Workers send for themselves.
  await expect
    .poll(() => rows(grid))
    .toEqual([
      [1, "POST /orders/1042"],
      [2, "handleOrder"],
      [3, "auth"],
      [4, "kv_get"],
      [4, "d1_first"],
      [3, "readOrder"],
      [4, "kv_get"],
      [4, "d1_all"],
      [3, "calculateTotal"],
      [3, "notifyCustomer"],
      [4, "fetch"],
      [5, "POST /messages"],
      [6, "deliver"],
      [3, "rememberLastOrder"],
      [4, "kv_put"],
    ]);
  await expect.poll(() => grid.getByText(/deliver\s*\d+(\.\d+)? ms/).count()).toBeGreaterThan(0);

  await grid.getByText("handleOrder").first().click();
  const panel = page.getByRole("complementary", { name: /handleOrder/ });
  await panel.getByText("order priced").waitFor();
  await panel.getByText("order.id").waitFor();

  // The address names the span: who follows it sees the same.
  await page.waitForURL(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}/);
  await page.reload();
  await panel.getByText("order priced").waitFor();
  expect(problems).toEqual([]);
});

it("marks what has failed, and collapses and expands by keyboard", async () => {
  await fetch(`${demo.ordersUrl}/orders/1007`, { headers: { authorization: "Bearer bob-token" } });
  await page.goto(demo.explorerUrl);
  await page.getByRole("link", { name: "GET /orders/1007" }).first().click();
  const grid = page.getByRole("treegrid");
  await grid.getByText("calculateTotal").first().click();
  await page.getByRole("complementary").getByText("price of sku-3 is not known").first().waitFor();

  await grid.focus();
  await page.keyboard.press("[");
  await expect.poll(async () => (await rows(grid)).length).toBe(1);
  await page.keyboard.press("]");
  await expect.poll(async () => (await rows(grid)).length).toBeGreaterThan(5);
  expect(problems).toEqual([]);
});
