// What a reader does on a trace's page, in a real browser: zoom, find, fold, follow the critical path.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEEP_ID, FAULTY_ID, ODD_ID, ORDER_ID } from "../packages/explorer/scripts/fixture/traces.ts";
import { openPage, startFixtures } from "./explorer.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const server = await startFixtures("--still", "--small");
const { browser, page, problems } = await openExplorer(server);

/** Shows a page until its rows and its axis have found their places. */
const open = async (path: string): Promise<void> => {
  await page.goto(server.url + path);
  await page.locator("[role=row][aria-level]").first().waitFor();
  let before = "";
  await expect
    .poll(async () => {
      const last = before;
      before = JSON.stringify([await names(), await ticks()]);
      return before === last;
    })
    .toBe(true);
};
const names = (): Promise<string[]> =>
  page
    .locator("[role=row][aria-level]")
    .evaluateAll((rows) => rows.map((row) => row.querySelector("[title]")?.getAttribute("title") ?? ""));
const ticks = (): Promise<string[]> =>
  page
    .getByRole("columnheader", { name: "Timeline" })
    .locator("span")
    .evaluateAll((all) => all.map((tick) => tick.textContent ?? ""));
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe("the time axis", () => {
  beforeEach(() => open(`/traces/${ORDER_ID}`));

  it("zooms and pans by keys, and goes back to the whole", async () => {
    const whole = await ticks();
    await press("+", "+");
    await expect.poll(ticks).not.toEqual(whole);
    const zoomed = await ticks();
    await press("d");
    await expect.poll(ticks).not.toEqual(zoomed);
    await press("Escape");
    await expect.poll(ticks).toEqual(whole);
    expect(problems).toEqual([]);
  });

  it("zooms to what is dragged over, without opening the row below, and down to a microsecond", async () => {
    const whole = await ticks();
    const box = await page.locator("#span-row-4").boundingBox();
    const y = (box?.y ?? 0) + 10;
    await page.mouse.move(700, y);
    await page.mouse.down();
    await page.mouse.move(760, y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(ticks).not.toEqual(whole);
    expect(page.url()).not.toContain("span=");
    await press(..."+".repeat(40));
    await expect
      .poll(async () =>
        (await ticks()).filter(Boolean).every((tick) => /µs|ns/.test(tick) || /\.\d{3} ms/.test(tick)),
      )
      .toBe(true);
    await page.getByText("Show all").click();
    await expect.poll(ticks).toEqual(whole);
  });

  it("zooms the rows beyond the edges, too, once the reader rests", async () => {
    await open(`/traces/${DEEP_ID}`);
    const last = page.locator("[role=row][aria-level]").last();
    expect((await last.boundingBox())?.y).toBeGreaterThan(page.viewportSize()?.height ?? 0);
    const time = (): Promise<string> => last.getByRole("gridcell").last().innerHTML();
    const before = await time();
    await press("+", "+");
    await expect.poll(time).not.toEqual(before);
  });

  it("zooms by the minimap", async () => {
    const whole = await ticks();
    const box = await page.locator("[data-minimap]").boundingBox();
    if (box === null) throw new Error("there is no minimap");
    await page.mouse.move(box.x + 0.4 * box.width, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.9 * box.width, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(ticks).not.toEqual(whole);
    await expect.poll(() => page.locator("#span-row-1").textContent()).toContain("←");
  });

  it("says what time it is under the pointer", async () => {
    await page.mouse.move(900, 500);
    await expect.poll(() => page.getByText(/^\+2\d(\.\d)? ms$/).count()).toBe(1);
  });
});

it.each([1440, 390])("nothing moves when the trace comes, on a page %i wide", async (width) => {
  const { page: reader, problems: odd } = await openPage(browser, server.url, { width, height: 900 });
  await reader.addInitScript(() => {
    const moved: number[] = [];
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries())
        moved.push((shift as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
    Object.assign(window, { moved });
  });
  const answer = Promise.withResolvers<void>();
  await reader.route(`**/api/traces/${ORDER_ID}`, async (route) => {
    await answer.promise;
    await route.continue();
  });
  await reader.goto(`${server.url}/traces/${ORDER_ID}`);
  await reader.getByRole("treegrid").waitFor();
  answer.resolve();
  await reader.locator("[role=row][aria-level]").first().waitFor();
  // What follows behind the rows: the legend, and the picture on the minimap.
  await expect.poll(() => reader.locator("[data-found] li").count()).toBeGreaterThan(0);
  const moved = await reader.evaluate(async () => {
    await new Promise((resolve) => requestIdleCallback(resolve));
    return (window as unknown as { moved: number[] }).moved;
  });
  // The word for the live feed gets shorter once it is there.
  expect(moved.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.002);
  expect(odd).toEqual([]);
});

it("gives the tree the room that is dragged or pressed for", async () => {
  await open(`/traces/${ORDER_ID}`);
  const divider = page.getByRole("separator", { name: "Width of the tree" });
  const width = async () => Number(await divider.getAttribute("aria-valuenow"));
  const before = await width();
  const box = await divider.boundingBox();
  if (box === null) throw new Error("there is no divider");
  await page.mouse.move(box.x + box.width / 2, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + 5, { steps: 4 });
  await page.mouse.up();
  await expect.poll(width).toBe(before + 120);
  await divider.focus();
  await press("ArrowLeft");
  await expect.poll(width).toBeLessThan(before + 120);
  await press("Home");
  await expect.poll(width).toBe(Number(await divider.getAttribute("aria-valuemin")));
  // It is remembered: the next test has the width of a first visit.
  await page.evaluate(() => localStorage.clear());
});

describe("on a screen of another size", () => {
  afterEach(() => page.setViewportSize({ width: 1440, height: 900 }));

  it("has the view that is open in sight", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=raw`);
    const link = page.getByRole("link", { name: "Raw" });
    await expect
      .poll(async () => {
        const box = await link.boundingBox();
        return box !== null && box.x >= 0 && box.x + box.width <= 360;
      })
      .toBe(true);
  });

  it("keeps insights within it, however long what they are about is", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${server.url}/traces/${FAULTY_ID}?view=insights`);
    await page.getByText("SELECT * FROM items").first().waitFor();
    const right = await page
      .getByRole("article")
      .evaluateAll((cards) => Math.max(...cards.map((card) => card.getBoundingClientRect().right)));
    expect(right).toBeLessThanOrEqual(360);
  });

  it("names colours whole or not at all", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(`/traces/${ORDER_ID}?span=${"6".padStart(16, "0")}`);
    const legend = page.locator("[data-found] ul");
    const cut = () =>
      legend.evaluate((list) => {
        const outer = list.getBoundingClientRect();
        return [...list.children]
          .map((item) => item.getBoundingClientRect())
          .filter(({ top, bottom, left, right }) => {
            const isInSight = top < outer.bottom && bottom > outer.top;
            return isInSight && (left < outer.left - 1 || right > outer.right + 1);
          }).length;
      });
    await legend.getByRole("listitem").first().waitFor();
    await expect.poll(cut).toBe(0);
  });
});

describe("find", () => {
  beforeEach(() => open(`/traces/${ORDER_ID}`));

  it.each([
    ["kv", "1"],
    ["db.system.name=cloudflare-d1", "1"],
    ['"charge card"', "1"],
    ["db.system -d1", "1"],
    ["status=error", "2"],
    ["nothing at all", "0"],
  ])("%s has %s matches", async (query, count) => {
    await press("/");
    await page.keyboard.type(query);
    await expect.poll(() => page.locator("[data-found]").getAttribute("data-found")).toBe(query);
    expect(await page.locator("[data-found] [aria-live]").textContent()).toContain(count);
  });

  it("steps through matches and says which it is on", async () => {
    await press("/");
    await page.keyboard.type("status=error");
    await press("Enter");
    await expect.poll(() => page.locator("[data-found] [aria-live]").textContent()).toBe("2 of 2");
    await press("Enter");
    await expect.poll(() => page.locator("[data-found] [aria-live]").textContent()).toBe("1 of 2");
  });
});

describe("the tree", () => {
  it("says beside a call what it was about, as long as there is room for it", async () => {
    await open(`/traces/${ORDER_ID}`);
    const cell = (name: string) => page.getByRole("row", { name }).first().getByRole("gridcell").first();
    await expect.poll(() => cell("kv_get").textContent()).toBe("kv_getsession:9f2c");
    expect(await cell("fetch").textContent()).toBe("fetchpayments.internal/charge");
    expect(await cell("load order").textContent()).toBe("load order");
    await page.setViewportSize({ width: 360, height: 740 });
    const target = cell("kv_get").getByTitle("session:9f2c");
    await expect.poll(() => target.isVisible()).toBe(false);
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(() => target.isVisible()).toBe(true);
  });

  it("folds and opens one level at a time", async () => {
    await open(`/traces/${ORDER_ID}`);
    const all = (await names()).length;
    await press("{");
    await expect.poll(async () => (await names()).includes("durable_object_storage_get")).toBe(false);
    await press("}");
    await expect.poll(async () => (await names()).length).toBe(all);
  });

  it("keeps ancestors in sight, and leads back to them", async () => {
    await open(`/traces/${DEEP_ID}?span=${(300).toString(16).padStart(16, "0")}`);
    await page.getByTitle("Go to level").last().waitFor();
    const stuck = page.getByTitle("Go to level");
    expect(await stuck.count()).toBe(4);
    const name = (await stuck.last().getAttribute("title"))?.replace("Go to ", "");
    await stuck.last().click();
    await expect.poll(() => page.locator(".cursor-row").textContent()).toContain(name);
  });

  it("marks orphans, circles and doubled ids", async () => {
    await open(`/traces/${ODD_ID}`);
    for (const flaw of ["orphan", "cycle", "duplicate"]) {
      await page.getByRole("treegrid").getByText(flaw, { exact: true }).first().waitFor();
    }
  });
});

describe("the address", () => {
  it("keeps what is zoomed to, sought, folded and open, for whoever is sent it", async () => {
    await open(`/traces/${ORDER_ID}`);
    const rows = (await names()).length;
    await press("+", "+", "{");
    await page.getByRole("treegrid").getByText("charge card").first().click();
    await page.getByRole("complementary").getByText("Ids and scope").click();
    await press("/");
    await page.keyboard.type("kv_get");
    await page.waitForURL((url) =>
      ["span", "range", "fold", "sections", "find"].every((name) => url.searchParams.has(name)),
    );
    const shown = { ticks: await ticks(), names: await names() };
    expect(shown.names.length).toBeLessThan(rows);

    await page.reload();
    await expect.poll(async () => ({ ticks: await ticks(), names: await names() })).toEqual(shown);
    expect(await page.getByLabel("Find in this trace").inputValue()).toBe("kv_get");
    await page.getByRole("complementary", { name: "Span charge card" }).getByText("Exact end").waitFor();
    expect(problems).toEqual([]);
  });

  it.each([
    "range=x&fold=9.%00.&find=%22&span=nobody&log=-1&sections=..",
    "range=5-4&view=nothing&colour=%F0",
  ])("of nonsense shows the trace: %s", async (nonsense) => {
    await open(`/traces/${ORDER_ID}?${nonsense}`);
    expect((await names()).length).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  });
});

describe("the span panel", () => {
  it("finds spans with or without an attribute", async () => {
    await open(`/traces/${ORDER_ID}?span=${"2".padStart(16, "0")}`);
    await page.getByRole("button", { name: "Find spans with this db.system.name" }).click();
    await expect
      .poll(() => page.locator("[data-found]").getAttribute("data-found"))
      .toBe('"db.system.name=cloudflare-kv"');
    await expect.poll(() => page.locator("[data-found] [aria-live]").textContent()).toBe("1 of 1");
    await page.getByRole("button", { name: "Find spans without this db.system.name" }).click();
    await expect.poll(() => page.locator("[data-found] [aria-live]").textContent()).toBe("10");
  });

  it("opens where the trouble began, from any view", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=statistics`);
    await page.getByRole("button", { name: "Open the first of 2 errors" }).click();
    await page.getByRole("complementary", { name: "Span charge card" }).waitFor();
  });

  it("leads to all traces with an attribute", async () => {
    await open(`/traces/${ORDER_ID}?span=${"1".padStart(16, "0")}`);
    await page.getByRole("link", { name: "All traces with this geo.country.code" }).click();
    await page.getByRole("combobox", { name: "Search traces" }).waitFor();
    await page.waitForURL((url) => url.searchParams.get("q") === "geo.country.code:NL");
  });

  it("shows the log that a mark on a bar stands for", async () => {
    await open(`/traces/${ORDER_ID}`);
    await page.locator("#span-row-3 [data-marker]").click();
    const line = page.getByRole("complementary", { name: "Span d1_all" }).locator("[aria-current]");
    expect(await line.textContent()).toContain("slow query");
    await page.reload();
    await line.waitFor();
  });

  it("says what is not as it should be", async () => {
    await open(`/traces/${ODD_ID}?span=${"1".padStart(16, "0")}`);
    const warnings = page.getByRole("list", { name: "Warnings" });
    expect(await warnings.textContent()).toContain("Its parent is not in the trace");
  });
});

it("shows what still runs, and rests where less motion is wanted", async () => {
  await open(`/traces/${ODD_ID}`);
  const bar = page.locator("[data-running]");
  const motion = () => bar.evaluate((element) => getComputedStyle(element).animationName);
  expect(await motion()).toBe("pulse");
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await motion()).toBe("none");
  await page.emulateMedia({ reducedMotion: null });
});

it("shows the critical path, and keeps it in the address", async () => {
  await open(`/traces/${ORDER_ID}`);
  await press("c");
  await page.locator(".critical-stretch").first().waitFor();
  await page.waitForURL(/path=1/);
  await page.reload();
  await page.locator(".critical-stretch").first().waitFor();
});

it("says what could be better, and leads to the spans that show it", async () => {
  await page.goto(`${server.url}/traces/${FAULTY_ID}?view=insights`);
  const titles = page.getByRole("article").getByRole("heading");
  await expect
    .poll(() => titles.allTextContents())
    .toEqual([
      expect.stringContaining("d1_first ran 12 times"),
      expect.stringContaining("3 × kv_get in GET /cart waited for each other"),
      expect.stringContaining("fetch failed (timed out)"),
    ]);
  await page.getByRole("article").nth(2).getByRole("button", { name: "fetch" }).click();
  await page.getByRole("complementary", { name: "Span fetch" }).waitFor();
  await page.getByText("6 spans dropped").waitFor();
});

describe("the other views", () => {
  it("have an address each, reached by links", async () => {
    await open(`/traces/${ORDER_ID}`);
    await page.getByRole("link", { name: "Flame graph" }).click();
    const box = page.getByRole("button", { name: /^fetch 25.3 ms in shop, .*1 span$/ });
    await box.click();
    await page.getByRole("button", { name: "Show all" }).waitFor();
    await page.waitForURL(/view=flame/);
    await page.reload();
    await box.waitFor();
  });

  it("count and time each operation, sort, and lead to the longest", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=statistics`);
    const rows = page.getByRole("rowheader");
    await rows.first().waitFor();
    await page.getByRole("button", { name: "Operation" }).click();
    await expect.poll(() => rows.first().textContent()).toContain("POST /charge");
    await page.getByRole("button", { name: /longest r2_get, 6.29 ms/ }).click();
    await page.getByRole("complementary", { name: "Span r2_get" }).waitFor();
  });

  it("find among the trace's logs, by level and by words, kept in the address", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=logs`);
    const lines = page.getByRole("region", { name: "Logs" }).getByRole("listitem");
    await expect.poll(() => lines.count()).toBe(5);
    await page.getByRole("button", { name: "warn", exact: true }).click();
    await page.getByRole("button", { name: "error", exact: true }).click();
    await expect.poll(() => lines.count()).toBe(2);
    await page.keyboard.press("/");
    await page.keyboard.type("payment -slow");
    await page.getByText("1 of 5 logs").waitFor();
    await page.reload();
    await expect.poll(() => lines.count()).toBe(1);
    expect(await lines.first().textContent()).toContain("payment failed");
    await page.getByRole("searchbox", { name: "Find in logs" }).fill("nobody logged this");
    await page.getByText("No log of this trace matches").waitFor();
  });

  it("compare with another trace, given by its address", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=compare`);
    await page.getByRole("textbox", { name: "other trace" }).fill(`${server.url}/traces/${FAULTY_ID}?span=1`);
    await page.getByRole("button", { name: "Compare" }).click();
    await page
      .getByRole("rowheader", { name: /GET \/cart|GET/ })
      .first()
      .waitFor();
    await page.waitForURL((url) => url.searchParams.get("with") === FAULTY_ID);
    const step = page.getByRole("row", { name: /queue_send/ });
    expect(await step.textContent()).toContain("gone");
    expect(await step.textContent()).toContain("−550 µs");
  });

  it("give the trace as OTLP/JSON that a receiver could take", async () => {
    await page.goto(`${server.url}/traces/${ORDER_ID}?view=raw`);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`trace-${ORDER_ID}.json`);
    const text = await readFile(await download.path(), "utf8");
    expect(JSON.parse(text).resourceSpans).toHaveLength(2);
    expect(await page.getByRole("region", { name: "Raw" }).textContent()).toContain("resourceSpans");
    expect(problems).toEqual([]);
  });
});

it("says so when a trace has been deleted while it was shown, and keeps what was read", async () => {
  // This build of the browser ends with the first page that is closed: it stays open.
  const other = await browser.newPage();
  await other.route("**/api/live", (route) => route.abort());
  await other.goto(`${server.url}/traces/${ORDER_ID}`);
  await other.locator("[role=row][aria-level]").first().waitFor();
  await other.route("**/api/traces/*", (route) =>
    route.fulfill({ status: 404, json: { error: { code: "trace_not_found", message: "gone" } } }),
  );
  await other.getByText("The server has deleted this trace").waitFor();
  expect(await other.locator("[role=row][aria-level]").count()).toBeGreaterThan(3);
});

it("says what failed and how to mend it, and goes on once the server is back", async () => {
  // This build of the browser ends with the first page that is closed: it stays open.
  const other = await browser.newPage();
  await other.route("**/api/traces/*", (route) => route.abort());
  await other.goto(`${server.url}/traces/${ORDER_ID}`);
  await other.getByText("The enterspan server does not answer.").waitFor();
  await other.getByText("Check that it still runs").waitFor();
  await other.unroute("**/api/traces/*");
  await other.getByRole("button", { name: "Try again" }).click();
  await other.locator("[role=row][aria-level]").first().waitFor();
});

it("lists its keys", async () => {
  await open(`/traces/${ORDER_ID}`);
  await press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(problems).toEqual([]);
});
