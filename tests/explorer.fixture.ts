// The built explorer with made-up traces, and a page that notes whatever should not happen in it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

export interface FixtureServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param flags of packages/explorer/scripts/fixture-server.ts */
export async function startFixtures(...flags: string[]): Promise<FixtureServer> {
  const script = join(import.meta.dirname, "../packages/explorer/scripts/fixture-server.ts");
  const server = spawn(process.execPath, [script, "--port", "0", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed] = (await once(server.stdout, "data")) as [Buffer];
  return {
    url: printed.toString().trim(),
    async stop() {
      server.kill();
      if (server.exitCode === null) await once(server, "exit");
    },
  };
}

export interface ExplorerPage {
  readonly page: Page;
  /** Errors on the page, and its requests to anywhere else: must stay empty. */
  readonly problems: string[];
}

export async function openPage(
  browser: Browser,
  base: string,
  viewport = { width: 1440, height: 900 },
): Promise<ExplorerPage> {
  const page = await browser.newPage({ viewport });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) problems.push(request.url());
  });
  return { page, problems };
}
