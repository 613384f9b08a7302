// A list of more traces than one page of it holds, on a real backend, and on a screen that is narrow.
import { expect, it } from "vitest";
import { hex, MS } from "../packages/explorer/scripts/fixture/spans.ts";
import { healthy } from "../packages/explorer/scripts/fixture/traces.ts";
import { startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const TRACES = 230;

const server = await startExplorerBackend();
const now = BigInt(Date.now()) * MS;
await Promise.all(
  Array.from({ length: TRACES }, (_, index) =>
    server.send(healthy(hex(index + 1, 32), now - BigInt(TRACES - index) * 1_000n * MS, index)),
  ),
);
const { page, problems } = await openExplorer(server, { width: 360, height: 740 });

const rowCount = () => page.getByRole("table", { name: "Traces" }).getAttribute("aria-rowcount");

it("goes on where it is sorted, until all are there", async () => {
  await page.goto(`${server.url}/?sort=duration`);
  await expect.poll(rowCount).toBe("201");
  await page.getByRole("button", { name: "Load more traces" }).click();
  await expect.poll(rowCount).toBe(`${TRACES + 1}`);
  await page.getByText(`${TRACES} traces`, { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Load more traces" }).count()).toBe(0);
  expect(problems).toEqual([]);
});

it("has the heatmap on a narrow screen too, once it is asked for", async () => {
  await page.goto(server.url);
  const heatmap = page.getByRole("application", { name: "Traces by duration" });
  const durations = page.getByRole("button", { name: "Durations" });
  await durations.waitFor();
  expect(await heatmap.isVisible()).toBe(false);
  await durations.click();
  await heatmap.waitFor();
  expect(await durations.getAttribute("aria-expanded")).toBe("true");
  expect((await heatmap.boundingBox())?.width).toBeGreaterThan(300);
  expect(problems).toEqual([]);
});
