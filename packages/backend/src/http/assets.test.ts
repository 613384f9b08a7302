// The explorer's files: the page for its own paths, nothing from outside the directory, headers that pin scripts down.

import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { startBackend } from "../index.ts";

async function servingAssets() {
  const outside = temporaryDirectory();
  const assetsDir = join(outside, "dist");
  mkdirSync(join(assetsDir, "assets"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "hidden words");
  writeFileSync(join(assetsDir, "index.html"), "<title>explorer</title>");
  writeFileSync(join(assetsDir, "assets", "app-1a2b.js"), "export {}");
  return startedBackend({ assetsDir });
}

/** The path as written: fetch would resolve dots away. */
function raw(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}

test("serves the page at its own paths and files with their types", async () => {
  const backend = await servingAssets();
  for (const path of ["/", "/traces/4bf92f3577b34da6a3ce929d0e0e4736", "/anything"]) {
    const page = await fetch(backend.url + path);
    expect(await page.text()).toBe("<title>explorer</title>");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("cache-control")).toBe("no-cache");
  }
  const script = await fetch(`${backend.url}/assets/app-1a2b.js`);
  expect(script.headers.get("content-type")).toContain("text/javascript");
  expect(script.headers.get("cache-control")).toContain("immutable");
});

test("never serves the page where an API or a file was asked for", async () => {
  const backend = await servingAssets();
  for (const path of ["/api/none", "/v1/none", "/client/v4/none", "/assets/gone.js"]) {
    const answer = await fetch(backend.url + path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.headers.get("content-type")).toContain("application/json");
  }
});

test("no path leads out of the directory", async () => {
  const { port } = await servingAssets();
  for (const path of [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/%00",
    "/%zz",
  ]) {
    const answer = await raw(port, path);
    expect([path, answer.body.includes("hidden words")]).toEqual([path, false]);
    expect(answer.status).toBeLessThan(500);
  }
});

test("a directory without a page is refused at the start", async () => {
  const options = { dataDir: temporaryDirectory(), port: 0, assetsDir: temporaryDirectory() };
  await expect(startBackend(options)).rejects.toMatchObject({ code: "assets_missing" });
});
