// The browser that the explorer is measured in: started anew for each opening, as a reader's first page has it, with
// nothing compiled and nothing on the heap.
import chromium from "@sparticuz/chromium";
import { chromium as browserType, type Page } from "playwright-core";
import { installProbe } from "./probe.ts";

export const VIEWPORT = { width: 1440, height: 900 };

// Not the package's own flags: they are for Lambda. They put all of the browser into one process and give it a graphics
// card that is computed by the processor (SwiftShader), through which not even a plain list scrolls without long frames.
// Without a card Chromium draws by its software compositor, as it does on any machine that has none.
export const FLAGS = ["--no-sandbox", "--headless=shell", "--disable-gpu", "--font-render-hinting=none"];

/** A page of a browser of its own, closed when `use` is done. */
export async function inPage<Result>(use: (page: Page) => Promise<Result>): Promise<Result> {
  const executablePath = await chromium.executablePath();
  const browser = await browserType.launch({ executablePath, args: FLAGS });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT });
    await context.addInitScript(installProbe);
    return await use(await context.newPage());
  } finally {
    await browser.close();
  }
}
