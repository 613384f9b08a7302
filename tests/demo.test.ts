// The newcomer's first look: the demo runs, a request is made, and a real browser shows its waterfall.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as browserType, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, temporaryDir } from "./enterspan.fixture.ts";

let demo: ChildProcess;
let browser: Browser;
let page: Page;
let ordersUrl: string;
let explorerUrl: string;
const problems: string[] = [];

beforeAll(async () => {
  const [port, notifyPort, collectorPort] = [await freePort(), await freePort(), await freePort()];
  const data = await temporaryDir();
  ordersUrl = `http://127.0.0.1:${port}`;
  explorerUrl = `http://127.0.0.1:${collectorPort}`;
  const flags = {
    port,
    "notify-port": notifyPort,
    "collector-port": collectorPort,
    data: data.path,
    pause: 3_600_000,
  };
  demo = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "../examples/orders/demo.ts"),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
  );
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    demo.stdout?.on("data", (chunk) => {
      printed += chunk;
      if (printed.includes("Open http")) resolve();
    });
    demo.once("exit", () => reject(new Error(`the demo ended:\n${printed}`)));
  });

  browser = await browserType.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(explorerUrl) && !request.url().startsWith("data:"))
      problems.push(request.url());
  });
  return () => data[Symbol.asyncDispose]();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  demo?.kill("SIGTERM");
  if (demo?.exitCode === null) await once(demo, "exit");
});

/** The rows of the tree: how deep, and what is told of each span. */
async function rows(grid: Locator): Promise<[level: number, name: string][]> {
  return grid
    .locator('[role="row"][aria-level]')
    .evaluateAll((elements) =>
      elements.map((element) => [
        Number(element.getAttribute("aria-level")),
        element.querySelector('[role="rowheader"], [role="gridcell"]')?.textContent?.trim() ?? "",
      ]),
    );
}

it("shows a request that has just been made: its nesting, durations and log, and a link to each span", async () => {
  await page.goto(explorerUrl);
  await page.getByRole("link", { name: "GET /orders/1001" }).first().waitFor();

  // The page is open already: the trace arrives by itself.
  const response = await fetch(`${ordersUrl}/orders/1042`, {
    method: "POST",
    headers: { authorization: "Bearer ada-token" },
  });
  expect(await response.json()).toEqual({ orderId: "1042", customer: "ada", total: 43.2 });
  await page.getByRole("link", { name: "POST /orders/1042" }).first().click();

  const grid = page.getByRole("treegrid");
  await grid.getByText("rememberLastOrder").first().waitFor();
  expect(await rows(grid)).toEqual([
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
  expect(page.url()).toMatch(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}/);
  await page.reload();
  await panel.getByText("order priced").waitFor();
  expect(problems).toEqual([]);
});

it("marks what has failed, and collapses and expands by keyboard", async () => {
  await fetch(`${ordersUrl}/orders/1007`, { headers: { authorization: "Bearer bob-token" } });
  await page.goto(explorerUrl);
  await page.getByRole("link", { name: "GET /orders/1007" }).first().click();
  const grid = page.getByRole("treegrid");
  await grid.getByText("calculateTotal").first().click();
  await page.getByRole("complementary").getByText("price of sku-3 is not known").first().waitFor();

  await grid.focus();
  await page.keyboard.press("[");
  await expect.poll(async () => (await rows(grid)).length).toBe(1);
  await page.keyboard.press("]");
  await expect.poll(async () => (await rows(grid)).length).toBeGreaterThan(5);
  expect(problems.filter((problem) => !problem.includes("500"))).toEqual([]);
});
