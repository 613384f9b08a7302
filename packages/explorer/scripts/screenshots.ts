// Takes pictures of the page in its states, light and dark, wide and narrow:
//   node packages/explorer/scripts/screenshots.ts <base url> <folder> [name filter]
// Says which requests left the origin and what the browser's console complained about: there should be none.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Page, chromium as playwright } from "playwright-core";
import { COARSE_ID, DEEP_ID, FAULTY_ID, LARGE_ID, ODD_ID, ORDER_ID } from "./fixture/traces.ts";

const [base = "http://127.0.0.1:4400", folder = "/tmp/explorer", only = ""] = process.argv.slice(2);

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: "list", path: "/" },
  { name: "list-errors", path: "/?errors=1&q=order" },
  { name: "trace", path: `/traces/${ORDER_ID}` },
  { name: "span", path: `/traces/${ORDER_ID}?span=${"6".padStart(16, "0")}` },
  { name: "root", path: `/traces/${ORDER_ID}?span=${"1".padStart(16, "0")}` },
  { name: "path", path: `/traces/${ORDER_ID}?path=1` },
  { name: "help", path: `/traces/${ORDER_ID}`, act: (page) => press(page, "?") },
  { name: "zoomed", path: `/traces/${ORDER_ID}`, act: (page) => press(page, "+", "+", "d") },
  { name: "service", path: `/traces/${ORDER_ID}?colour=service` },
  { name: "logs", path: `/traces/${ORDER_ID}?view=logs` },
  { name: "flame", path: `/traces/${ORDER_ID}?view=flame` },
  { name: "statistics", path: `/traces/${ORDER_ID}?view=statistics` },
  { name: "insights", path: `/traces/${FAULTY_ID}?view=insights` },
  { name: "compare", path: `/traces/${ORDER_ID}?view=compare&with=${FAULTY_ID}` },
  { name: "raw", path: `/traces/${ORDER_ID}?view=raw` },
  { name: "odd", path: `/traces/${ODD_ID}` },
  { name: "coarse", path: `/traces/${COARSE_ID}` },
  { name: "deep", path: `/traces/${DEEP_ID}?span=${(200).toString(16).padStart(16, "0")}` },
  { name: "large", path: `/traces/${LARGE_ID}?span=${(54_321).toString(16).padStart(16, "0")}` },
  {
    name: "scrolled",
    path: `/traces/${LARGE_ID}?span=${(54_321).toString(16).padStart(16, "0")}`,
    act: (page) => press(page, "Escape", "s", "+", "+", "+", "+"),
  },
  { name: "missing", path: `/traces/${"e".repeat(32)}` },
];
const SIZES = [
  { name: "wide", width: 1440, height: 900 },
  { name: "large", width: 1920, height: 1080 },
  { name: "narrow", width: 360, height: 740 },
] as const;

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await page.waitForTimeout(300);
}

await mkdir(folder, { recursive: true });
const executablePath = await chromium.executablePath();
for (const size of SIZES) {
  for (const colorScheme of ["light", "dark"] as const) {
    // A browser each: this build runs in one process and ends with its first context.
    const browser = await playwright.launch({ executablePath, args: chromium.args, headless: true });
    const page = await browser.newPage({ viewport: size, colorScheme });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") console.log("console:", message.text());
    });
    page.on("pageerror", (error) => console.log("page error:", error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith("data:"))
        console.log("leaves the origin:", request.url());
    });
    for (const shot of SHOTS) {
      const name = `${shot.name}-${size.name}-${colorScheme}`;
      if (!name.includes(only)) continue;
      await page.goto(base + shot.path);
      await page.waitForSelector(
        "[role=row] [role=gridcell], [role=row] [role=cell], section ol li, main section, main h1:not(.sr-only)",
      );
      await page.getByText("Loading the trace").waitFor({ state: "detached" });
      await page.waitForTimeout(400);
      await shot.act?.(page);
      await page.screenshot({ path: join(folder, `${name}.png`) });
    }
    await browser.close();
  }
}
