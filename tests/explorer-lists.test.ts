// What a reader does with the lists of traces and of logs, on a real backend: choose a time, sort, filter, look closer.
import { beforeEach, describe, expect, it } from "vitest";
import { attributes, hex, log, MS, span, trace } from "../packages/explorer/scripts/fixture/spans.ts";
import { ORDER_ID, order } from "../packages/explorer/scripts/fixture/traces.ts";
import { sendShopTraces, startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const server = await startExplorerBackend();
await sendShopTraces(server, 60);
const { page, problems } = await openExplorer(server);

beforeEach(() => {
  problems.length = 0;
});

const now = (): bigint => BigInt(Date.now()) * MS;
const histogram = () => page.locator("[data-histogram]");
/** `63 traces, 9 with errors, from … to …` → [63, 9]. */
const counted = async (): Promise<number[]> =>
  [...((await histogram().getAttribute("aria-label")) ?? "").matchAll(/\d+(?= (?:traces|logs|with))/g)].map(
    ([digits]) => Number(digits),
  );

async function drag(from: number, to: number): Promise<void> {
  const box = await histogram().boundingBox();
  if (box === null) throw new Error("there is no histogram");
  await page.mouse.move(box.x + from * box.width, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, box.y + 20, { steps: 4 });
  await page.mouse.up();
}

describe("the list of traces", () => {
  const operations = (): Promise<string[]> => page.locator("[role=row] .cell-name").allTextContents();

  beforeEach(async () => {
    await page.goto(server.url);
    await page.locator("[role=row] [role=cell]").first().waitFor();
  });

  it("counts traces and errors over time, and shows the time that is dragged over", async () => {
    // Of the 63 one has no root; one holds an error that its root did not see.
    await expect.poll(counted).toEqual([62, 8]);
    const newest = () => page.locator("[role=row] .cell-time").first().textContent();
    const newestOfAll = await newest();
    await drag(0, 0.4);
    await page.waitForURL((url) => url.searchParams.has("from"));
    await expect.poll(newest).not.toBe(newestOfAll);
    let count = 0;
    await expect
      .poll(async () => {
        [count = 0] = await counted();
        return count > 10 && count < 40;
      })
      .toBe(true);
    await page.reload();
    await expect.poll(async () => (await counted())[0]).toBe(count);
    const before = await newest();
    await page.getByRole("button", { name: "Later" }).click();
    await expect.poll(newest).not.toBe(before);
    expect(problems).toEqual([]);
  });

  it("takes a period by keys alone, and says when there is nothing in it", async () => {
    await page.getByRole("combobox", { name: "Time" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: "Last 5 minutes" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("last") === "5m");
    await expect.poll(async () => (await operations()).length).toBeLessThan(25);
    await page.goto(`${server.url}/?from=1000&to=2000`);
    await page.getByText("No trace matches").waitFor();
    await page.getByRole("button", { name: "Show all traces" }).click();
    await expect.poll(async () => (await operations()).length).toBeGreaterThan(20);
    expect(new URL(page.url()).search).toBe("");
  });

  it("says nothing of what matches before the answer is there", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await page.route("**/api/traces?*", async (route) => {
      asked.resolve();
      await answer.promise;
      await route.continue();
    });
    await page.goto(`${server.url}/?q=service:payments`);
    await asked.promise;
    await page.getByText("Loading traces").waitFor();
    expect(await page.getByText(/No trace matches|^0 traces/).count()).toBe(0);
    answer.resolve();
    await page.getByText("7 traces").waitFor();
    await page.unroute("**/api/traces?*");
  });

  it("is walked by j and k, from wherever the focus is", async () => {
    const focused = () => page.evaluate(() => document.activeElement?.closest("[role=row]")?.ariaRowIndex);
    await page.keyboard.press("j");
    await expect.poll(focused).toBe("2");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    await expect.poll(focused).toBe("3");
    await page.keyboard.press("/");
    await page.keyboard.type("jk");
    expect(await page.getByRole("combobox", { name: "Search traces" }).inputValue()).toBe("jk");
  });

  it("sorts all that is stored, and keeps that in the address", async () => {
    await page.getByRole("button", { name: "Duration" }).click();
    await expect.poll(async () => (await operations())[0]).toBe("GET /cart");
    await page.reload();
    await expect.poll(async () => (await operations())[0]).toBe("GET /cart");
    expect(await page.getByRole("columnheader", { name: "Duration" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    await page.getByRole("button", { name: "Time", exact: true }).click();
    await expect.poll(async () => (await operations())[0]).toBe("POST /orders/42");
  });

  it("is searched in the search language, with keys and values completed from the data", async () => {
    const box = page.getByRole("combobox", { name: "Search traces" });
    await box.focus();
    await page.keyboard.type("serv");
    await page.getByRole("option", { name: "service service.name" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: /^payments/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => box.getAttribute("aria-activedescendant")).not.toBe(null);
    await page.keyboard.press("Tab");
    await page.keyboard.type("duration>1ms");
    await expect.poll(() => box.inputValue()).toMatch(/^service:\w+ duration>1ms$/);
    await box.fill("service:payments");
    await expect
      .poll(async () => new Set(await operations()))
      .toEqual(new Set(["POST /orders/42", ...[9, 19, 29, 39, 49, 59].map((n) => `POST /orders/${n}`)]));
    await page.reload();
    await expect.poll(async () => (await operations()).length).toBe(7);

    await box.fill("status:eror");
    await page.getByRole("alert").getByText('status is never "eror"; expected error, ok or unset').waitFor();
    // The same question would be refused again.
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await box.fill("");
    await expect.poll(async () => (await operations()).length).toBeGreaterThan(20);
    // The refused search is in the browser's console.
    expect(problems.splice(0).filter((problem) => !problem.includes("400"))).toEqual([]);
  });

  it("counts what a search finds, and what failed, on the server", async () => {
    await page.getByRole("combobox", { name: "Search traces" }).fill("service:payments");
    await expect.poll(counted).toEqual([7, 7]);
    await page.getByRole("combobox", { name: "Search traces" }).fill("");
    await expect.poll(counted).toEqual([62, 8]);
    await page.getByRole("button", { name: "Errors only" }).click();
    await expect.poll(counted).toEqual([8, 8]);
    await page.getByText("8 traces").waitFor();
    expect(problems).toEqual([]);
  });

  it("chooses time and duration in the heatmap, by the pointer and by keys", async () => {
    const heatmap = page.getByRole("application", { name: "Traces by duration" });
    await expect.poll(counted).toEqual([62, 8]);
    const box = await heatmap.boundingBox();
    if (box === null) throw new Error("there is no heatmap");
    // The longest trace, 181 ms, is in the upper quarter: some decades are shown, up to 1 s.
    await page.mouse.move(box.x, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + box.height * 0.24, { steps: 4 });
    await page
      .getByText(/ ms – 1 s: 1 trace, 1 with errors$/)
      .first()
      .waitFor();
    await page.mouse.up();
    await expect.poll(operations).toEqual(["GET /cart"]);
    expect(new URL(page.url()).searchParams.get("took")).toMatch(/^1\d{8}-1000000000$/);
    await page.reload();
    await expect.poll(operations).toEqual(["GET /cart"]);
    await page.getByRole("button", { name: /^Any duration/ }).click();
    await expect.poll(async () => (await operations()).length).toBeGreaterThan(20);

    await page.goto(server.url);
    await expect.poll(counted).toEqual([62, 8]);
    await heatmap.locator(".heat-cell").first().waitFor();
    await heatmap.focus();
    // At the level of the longest, from the newest back to the first.
    await page.keyboard.press("ArrowLeft");
    for (let times = 0; times < 95; times++) await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(() => heatmap.getByRole("status").textContent()).toContain("1 trace, 1 with errors");
    await page.keyboard.press("Enter");
    await expect.poll(operations).toEqual(["GET /cart"]);
    expect(problems).toEqual([]);
  });

  it("keeps a search by its name, and opens it again", async () => {
    await page.goto(`${server.url}/?q=service:payments&errors=1&sort=spans`);
    await expect.poll(async () => (await operations()).length).toBe(7);
    await page.getByRole("button", { name: "Saved" }).click();
    await page.getByRole("textbox", { name: "Name to save what is shown under" }).fill("declined");
    await page.keyboard.press("Enter");
    await page.getByText("Saved as declined").waitFor();
    await page.goto(server.url);
    await page.getByRole("button", { name: "Saved" }).click();
    await page.getByRole("button", { name: "declined", exact: true }).click();
    await expect.poll(async () => (await operations()).length).toBe(7);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ q: "service:payments", errors: "1", sort: "spans" });
    expect(problems).toEqual([]);
  });

  it("is found again as it was from a trace", async () => {
    await page.goto(`${server.url}/?q=service:payments&sort=spans`);
    await expect.poll(async () => (await operations()).length).toBe(7);
    await page.locator("[role=row] .cell-name a").first().click();
    await page.getByRole("link", { name: "Back to the traces" }).click();
    await expect.poll(async () => (await operations()).length).toBe(7);
    expect(new URL(page.url()).search).toBe("?q=service%3Apayments&sort=spans");
  });

  it("says of a trace without its root that it is in flight", async () => {
    await page
      .getByRole("row", { name: /child of a lost parent/ })
      .getByText("in flight")
      .waitFor();
  });
});

it("offers the traces that a trace can be compared with, and compares them", async () => {
  await page.goto(`${server.url}/traces/${ORDER_ID}?view=compare`);
  const others = page.getByRole("list", { name: "Traces like this one" }).getByRole("link");
  await expect
    .poll(() => others.getByTitle("POST").allTextContents())
    .toEqual([59, 49, 39, 29, 19, 9].map((n) => `POST /orders/${n}`));
  await others.first().press("Enter");
  await page.getByRole("rowheader", { name: "POST /orders/42 → POST /orders/59" }).waitFor();
  await expect.poll(() => page.getByRole("cell", { name: "same" }).count()).toBe(11);
  await page.getByRole("button", { name: "Choose another" }).click();
  await others.first().waitFor();
});

describe("all logs", () => {
  const lines = (): Promise<string[]> => page.locator("section ol li").allTextContents();

  beforeEach(async () => {
    await page.goto(`${server.url}/logs`);
    await page.locator("section ol li").first().waitFor();
  });

  it("are sought after a slash, and all shown again where nothing matches", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("no such line");
    await page.getByText("No log matches.").waitFor();
    await page.getByRole("button", { name: "Show all logs" }).click();
    await page.locator("section ol li").first().waitFor();
  });

  it("are filtered by level and text, with the histogram", async () => {
    await expect.poll(counted).toEqual([35, 7]);
    await page.getByRole("button", { name: "error", exact: true }).click();
    await expect
      .poll(async () => new Set((await lines()).map((line) => line.includes("declined"))))
      .toEqual(new Set([true]));
    await expect.poll(counted).toEqual([7, 7]);
    await page.getByRole("button", { name: "warn", exact: true }).click();
    await expect.poll(counted).toEqual([14, 7]);
    await page.getByRole("searchbox", { name: "Find in logs" }).fill("SLOW query");
    await expect.poll(async () => (await lines()).length).toBe(7);
    expect((await lines()).every((line) => line.includes("slow query"))).toBe(true);
    await page.reload();
    await expect.poll(async () => (await lines()).length).toBe(7);
    expect(problems).toEqual([]);
  });

  it("open in place with all that is known, and lead to their span", async () => {
    const line = page.locator("section ol li").filter({ hasText: "payment failed" }).first();
    await line.getByRole("button", { name: /^Log of/ }).press("Enter");
    await line.getByText('"service.name": "shop"').waitFor();
    await page.reload();
    await line.getByText('"service.name": "shop"').waitFor();
    await line.getByRole("link", { name: /^Span/ }).click();
    await page.getByRole("complementary", { name: "Span charge card" }).waitFor();
    expect(page.url()).toContain(ORDER_ID);
  });

  it("come by themselves, whatever is in them, and do nothing", async () => {
    const id = hex(0xbad, 32);
    const hostile = [
      '<img src=x onerror="document.title=1">',
      "javascript:alert(1)",
      "\u202Eevil\u202C\u0000\u0007",
      "x".repeat(300_000),
    ];
    await server.send(
      trace(id, {
        services: ["<b>shop</b>"],
        spans: [
          span(id, {
            spanId: hex(1, 16),
            name: "<script>alert(1)</script>",
            startTimeUnixNano: String(now()),
            endTimeUnixNano: String(now() + MS),
          }),
        ],
        logs: hostile.map((text, index) =>
          log(id, {
            timeUnixNano: String(now() + BigInt(index)),
            spanId: hex(1, 16),
            body: { stringValue: text },
            attributes: attributes({ "</pre><script>": text }),
          }),
        ),
      }),
    );
    await page.locator("section ol li", { hasText: "onerror" }).waitFor();
    await page.locator("section ol li", { hasText: "xxxxx" }).getByRole("button").first().click();
    await page.getByText("more characters; copy to see them").waitFor();
    expect(await page.locator("main img, main script, main b").count()).toBe(0);
    expect(await page.locator('main a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).toBe("Logs · enterspan");
    expect(problems).toEqual([]);
  });

  it("show older ones as one scrolls, none twice", async () => {
    for (let index = 0; index < 40; index++) {
      await server.send(order(hex(0x9000 + index, 32), now() - BigInt(index) * MS));
    }
    await page.goto(`${server.url}/logs`);
    await page.getByText("100+ logs").waitFor();
    const list = page.getByRole("region", { name: "Logs" });
    await list.focus();
    // Each end is the beginning of the next page.
    await expect
      .poll(async () => {
        await page.keyboard.press("End");
        return page.getByText(/^2\d\d logs$/).count();
      })
      .toBe(1);
    expect(problems).toEqual([]);
  });
});
