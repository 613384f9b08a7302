// What the page says when things are not as they should be: the server is away, a trace is too large, its spans outlive
// each other or come from clocks that disagree.
import { expect, it } from "vitest";
import { hex, log, MS, span, trace } from "../packages/explorer/scripts/fixture/spans.ts";
import { healthy } from "../packages/explorer/scripts/fixture/traces.ts";
import { startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const LATE_ID = "1a7e".padEnd(32, "0");

/** Its work goes on for three times as long as the request; one call began before it did. */
function late(start: bigint) {
  const call = (index: number, parent: number, name: string, fromMs: number, toMs: number) =>
    span(LATE_ID, {
      spanId: hex(index, 16),
      parentSpanId: parent === 0 ? "" : hex(parent, 16),
      name,
      startTimeUnixNano: String(start + BigInt(fromMs) * MS),
      endTimeUnixNano: String(start + BigInt(toMs) * MS),
    });
  // A thousand lines within a thousandth of the trace, and one far behind them.
  const lines = Array.from({ length: 1_001 }, (_, index) =>
    log(LATE_ID, {
      timeUnixNano: String(start + 5n * MS + BigInt(index === 1_000 ? 2_000_000 : index * 30)),
      spanId: hex(1, 16),
      body: { stringValue: `line ${index}` },
    }),
  );
  return trace(LATE_ID, {
    services: ["shop"],
    spans: [call(1, 0, "GET /late", 0, 10), call(2, 1, "waitUntil", 8, 30), call(3, 1, "early call", -2, 3)],
    logs: lines,
  });
}

const server = await startExplorerBackend();
await server.send(late(BigInt(Date.now()) * MS));
const { page } = await openExplorer(server);

it("draws a line to where the last of what is folded away ends", async () => {
  await page.goto(`${server.url}/traces/${LATE_ID}`);
  await page.locator("#span-row-0").waitFor();
  const line = page.getByTitle("Spans that are folded away end later");
  expect(await line.count()).toBe(0);
  await page.keyboard.press("[");
  await line.waitFor();
  const [drawn, bar] = await Promise.all([
    line.boundingBox(),
    page.locator("#span-row-0 .bar").boundingBox(),
  ]);
  // From the end of the bar, twice as long as it.
  expect(drawn?.x).toBeCloseTo((bar?.x ?? 0) + (bar?.width ?? 0), -0.5);
  expect((drawn?.width ?? 0) / (bar?.width ?? 1)).toBeCloseTo(2, 1);
});

it("says which spans come from another clock", async () => {
  await page.goto(`${server.url}/traces/${LATE_ID}`);
  await page
    .getByRole("row", { name: /early call/ })
    .getByText("skew", { exact: true })
    .waitFor();
});

it("draws logs that lie too close to be told apart as one mark, which opens the first", async () => {
  await page.goto(`${server.url}/traces/${LATE_ID}`);
  const marks = page.locator("#span-row-0 [data-marker]");
  await expect.poll(() => marks.count()).toBe(2);
  expect(await marks.first().getAttribute("title")).toContain("… and 995 more");
  await marks.first().click();
  await page.getByRole("complementary").locator("[aria-current]").getByText("line 0").waitFor();
});

it("goes on without its live connection, says so, and says when it is back", async () => {
  await page.route("**/api/live", (route) => route.abort());
  await page.goto(server.url);
  await page.getByRole("status").getByText("Reconnecting").waitFor();
  await server.send(healthy(hex(0x11fe, 32), BigInt(Date.now()) * MS, 1));
  await page.getByRole("link", { name: "GET /orders/17" }).waitFor();
  await page.unroute("**/api/live");
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
});

it("says of a trace that is too large where it can be read", async () => {
  await page.route("**/api/traces/*", (route) =>
    route.fulfill({ body: "{", headers: { "content-length": "900000000" } }),
  );
  await page.goto(`${server.url}/traces/${LATE_ID}`);
  await page.getByRole("heading", { name: "This trace is too large to be shown as a whole." }).waitFor();
  await page.getByText(`/api/traces/${LATE_ID}`).waitFor();
  await page.unroute("**/api/traces/*");
});
