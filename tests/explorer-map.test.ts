// The map of services, on a real backend: what calls what, and from there to the traces.
import { expect, it } from "vitest";
import { hex } from "../packages/explorer/scripts/fixture/spans.ts";
import { order } from "../packages/explorer/scripts/fixture/traces.ts";
import { sendShopTraces, startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const server = await startExplorerBackend();
await sendShopTraces(server, 20);
const { page, problems } = await openExplorer(server);

it("shows calls with their errors, as they come, and leads to their traces", async () => {
  await page.goto(`${server.url}/map`);
  const row = page.getByRole("row", { name: /^shop payments/ });
  await row.waitFor();
  expect(await row.textContent()).toContain("shoppayments30");
  await server.send(order(hex(0x777, 32), BigInt(Date.now()) * 1_000_000n));
  await expect.poll(() => row.textContent()).toContain("shoppayments40");
  const picture = page.getByRole("region", { name: "Picture of the map" });
  const calls = await page.locator("tbody tr").count();
  await expect.poll(() => picture.locator("svg > path").count()).toBe(calls);

  await picture.getByRole("link", { name: /payments/ }).press("Enter");
  await page.locator("[role=row] .cell-name").first().waitFor();
  expect(new URL(page.url()).searchParams.get("service")).toBe("payments");
  await expect
    .poll(async () => new Set(await page.locator("[role=row] .cell-service").allTextContents()))
    .toEqual(new Set(["shop+1"]));
  expect(problems).toEqual([]);
});

it("says when nothing was called in the time that was chosen", async () => {
  await page.goto(`${server.url}/map?from=1000&to=2000`);
  await page.getByRole("heading", { name: "No service was called" }).waitFor();
});
