// The query builder on a real backend: build a query by keys, read its charts and table, go from a number to its traces.
import { beforeEach, expect, it } from "vitest";
import { sendShopTraces, startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const server = await startExplorerBackend();
await sendShopTraces(server, 60);
const { page, problems } = await openExplorer(server);

beforeEach(async () => {
  problems.length = 0;
  await page.goto(`${server.url}/query`);
  await page.locator("tbody tr").first().waitFor();
});

const rows = (): Promise<string[]> => page.locator("tbody tr").allTextContents();
const operations = (): Promise<string[]> => page.locator("[role=row] .cell-name").allTextContents();

it("counts and times requests by service to begin with", async () => {
  const cells = (row: number) => page.locator("tbody tr").nth(row).locator("td").allTextContents();
  await expect.poll(() => cells(0)).toEqual(["shop", "50", expect.stringMatching(/ms$/), "Traces"]);
  await expect.poll(() => cells(1)).toEqual(["mailer", "12", expect.stringMatching(/ms$/), "Traces"]);
  await page.getByRole("img", { name: /^p95\(\$metadata.duration\) over time, 2 lines/ }).waitFor();
  expect(problems).toEqual([]);
});

it("is built by keys alone, and kept in the address", async () => {
  await page.getByRole("combobox", { name: "Of which events" }).press("Enter");
  await page.getByRole("option", { name: "Spans" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page
    .getByRole("textbox", { name: "Group 1" })
    .or(page.getByRole("combobox", { name: "Group 1" }))
    .fill("$metadata.spanName");
  await page.getByRole("button", { name: "Add filter" }).press("Enter");
  await page.getByLabel("Key of filter 1").fill("$metadata.spanName");
  await page.getByRole("combobox", { name: "Test of filter 1" }).press("Enter");
  await page.getByRole("option", { name: /^begins/ }).waitFor();
  await page.keyboard.type("begins");
  await page.keyboard.press("Enter");
  await page.getByLabel("Value of filter 1").fill("d1_");
  await expect
    .poll(async () => (await rows()).map((row) => row.match(/^[a-z]\w+?(?=\d+\D)/)?.[0] ?? row))
    .toContain("d1_all");
  await expect.poll(async () => (await rows()).every((row) => row.startsWith("d1_"))).toBe(true);
  const before = await rows();
  await page.waitForURL((url) => url.searchParams.get("query")?.includes("starts_with") ?? false);
  await page.reload();
  await expect.poll(rows).toEqual(before);
  expect(problems).toEqual([]);
});

it("leads from a row, and from a point of a chart, to the traces behind it", async () => {
  await page
    .getByRole("row", { name: /^mailer/ })
    .getByRole("link", { name: "Traces" })
    .press("Enter");
  await expect.poll(async () => (await operations()).length).toBe(12);
  expect(await page.getByRole("combobox", { name: "Search traces" }).inputValue()).toBe(
    "$metadata.service:mailer",
  );

  await page.goBack();
  await page.goto(`${server.url}/query?last=1h`);
  const chart = page.locator(".chart .u-over").first();
  await chart.waitFor();
  // The last twenty minutes of the hour have traces.
  const { width, height } = (await chart.boundingBox()) ?? { width: 600, height: 150 };
  const position = { x: width * 0.9, y: height * 0.5 };
  await chart.hover({ position });
  await expect.poll(() => page.locator("figcaption").first().textContent()).toMatch(/\d\d:\d\d:\d\d/);
  await chart.click({ position });
  await page.waitForURL((url) => url.pathname === "/" && url.searchParams.has("from"));
  await expect
    .poll(async () => {
      const { length } = await operations();
      return length > 0 && length < 10;
    })
    .toBe(true);
  expect(problems).toEqual([]);
});

it("says what the server will not answer, and goes on once it is mended", async () => {
  await page.getByRole("button", { name: "Add filter" }).click();
  await page.getByLabel("Key of filter 1").fill("$metadata.service");
  await page.getByRole("combobox", { name: "Test of filter 1" }).press("Enter");
  await page.getByRole("option", { name: /^matches/ }).waitFor();
  await page.keyboard.type("matches");
  await page.keyboard.press("Enter");
  await page.getByLabel("Value of filter 1").fill("(");
  await page
    .getByRole("alert")
    .getByText(/regular expression/i)
    .waitFor();
  await page.getByLabel("Value of filter 1").fill("^mail");
  await expect.poll(async () => (await rows()).length).toBe(1);
  await page.getByRole("button", { name: "Remove filter 1" }).click();
  await expect.poll(async () => (await rows()).length).toBe(2);
});

it("keeps a query by its name, for other pages too, until it is deleted", async () => {
  await page.getByRole("button", { name: "Remove number 2" }).click();
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByRole("textbox", { name: "Name to save what is shown under" }).fill("<b>requests</b>");
  await page.keyboard.press("Enter");
  await page.getByText("Saved as <b>requests</b>").waitFor();
  await page.goto(`${server.url}/query`);
  await expect.poll(() => page.locator("figure").count()).toBe(2);
  await page.getByRole("button", { name: "Saved" }).click();
  expect(await page.locator("dialog b").count()).toBe(0);
  await page.getByRole("button", { name: "<b>requests</b>", exact: true }).click();
  await expect.poll(() => page.locator("figure").count()).toBe(1);
  await page.waitForURL((url) => url.searchParams.has("query"));
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByRole("button", { name: "Rename <b>requests</b>" }).click();
  await page.getByRole("textbox", { name: "New name of <b>requests</b>" }).fill("requests");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "requests", exact: true }).waitFor();
  await page.getByRole("button", { name: "Delete requests" }).click();
  await page.getByRole("button", { name: "Delete requests for good" }).click();
  await page.getByText("Nothing is saved yet.").waitFor();
  expect(problems).toEqual([]);
});
