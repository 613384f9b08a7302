// How the waterfall tells services apart: by colour where a reader asks for that, and by a mark where a call enters one.
import { beforeEach, expect, it } from "vitest";
import { ORDER_ID } from "../packages/explorer/scripts/fixture/traces.ts";
import { startFixtures } from "./explorer.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const server = await startFixtures("--still", "--small");
const { page, problems } = await openExplorer(server);

beforeEach(async () => {
  await page.goto(`${server.url}/traces/${ORDER_ID}`);
  await page.getByRole("row", { name: "POST /charge" }).waitFor();
});

const colourOf = (name: string): Promise<string> =>
  page
    .getByRole("row", { name })
    .first()
    .locator(".bar")
    .first()
    .evaluate((bar) => getComputedStyle(bar).borderLeftColor);

it("colours bars by product, or by service, of which the legend and the address tell", async () => {
  const legend = page.locator("[data-found] ul");
  // Two products of one service.
  expect(await colourOf("kv_get")).not.toBe(await colourOf("r2_get"));
  await page.getByRole("button", { name: "Colour: product" }).click();
  await expect.poll(() => legend.getByRole("listitem").allTextContents()).toEqual(["shop", "payments"]);
  expect(await colourOf("kv_get")).toBe(await colourOf("r2_get"));
  expect(await colourOf("kv_get")).not.toBe(await colourOf("durable_object_storage_get"));
  expect(page.url()).toContain("colour=service");
  await page.reload();
  await page.getByRole("button", { name: "Colour: service" }).waitFor();
  expect(problems).toEqual([]);
});

it("marks where a call enters another invocation: a dashed line, and whose it is", async () => {
  const boundary = (name: string) =>
    page
      .getByRole("row", { name })
      .first()
      .evaluate((row) => getComputedStyle(row).borderTopStyle);
  const entered = page.getByRole("row", { name: "POST /charge" });
  expect(await entered.getByTitle("An invocation of payments").textContent()).toBe("payments");
  expect(await boundary("POST /charge")).toBe("dashed");
  // The trace's own root is no boundary, nor is a span within an invocation.
  for (const name of ["POST /orders/42", "kv_get"]) {
    expect(await page.getByRole("row", { name }).first().getByTitle("An invocation of").count()).toBe(0);
    expect(await boundary(name)).not.toBe("dashed");
  }
});
