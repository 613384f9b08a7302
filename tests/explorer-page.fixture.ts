// The explorer in a browser, for as long as a test file runs.
import type { Browser } from "playwright-core";
import { afterAll } from "vitest";
import { launchBrowser } from "./demo.fixture.ts";
import { type ExplorerPage, openPage } from "./explorer.fixture.ts";

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** To be awaited at the top of a test file. @param server is stopped after the file's tests, and the browser closed */
export async function openExplorer(
  server: Server,
  viewport?: { width: number; height: number },
): Promise<ExplorerPage & { browser: Browser }> {
  afterAll(() => server.stop());
  const browser = await launchBrowser();
  afterAll(() => browser.close());
  return { browser, ...(await openPage(browser, server.url, viewport)) };
}
