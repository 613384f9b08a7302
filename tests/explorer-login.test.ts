// The page on a server that wants a login: in, where one was going; and out again, where nothing is left to see.
import { startBackend } from "@enterspan/backend";
import { assetsDir } from "@enterspan/explorer";
import { expect, it } from "vitest";
import { launchBrowser } from "./demo.fixture.ts";
import { temporaryDir } from "./enterspan.fixture.ts";

const TOKEN = "a-token-that-is-long-enough-to-be-one";

it("leads through the login to where one was going, and out of it by the button", async () => {
  await using data = await temporaryDir();
  const backend = await startBackend({
    dataDir: data.path,
    port: 0,
    assetsDir,
    tokens: [{ token: TOKEN, scopes: ["admin"] }],
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${backend.url}/logs?levels=error`);
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(`${backend.url}/logs?levels=error`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await page.goto(`${backend.url}/logs`);
    await page.waitForURL((url) => url.pathname === "/login");
    expect(await page.getByLabel("Token").inputValue()).toBe("");
  } finally {
    await browser.close();
    await backend.close();
  }
});
