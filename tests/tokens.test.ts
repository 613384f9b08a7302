// Tokens from a user's side: made by the command line, asked for by the page once, sent by a Worker that reports elsewhere.
import { join } from "node:path";
import { encodeTracesJson } from "@enterspan/otlp";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "./demo.fixture.ts";
import { enterspan, type RunningCommand, temporaryDir } from "./enterspan.fixture.ts";
import { openPage } from "./explorer.fixture.ts";

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let browser: Browser;
let server: RunningCommand;
let url: string;

async function made(...args: string[]): Promise<string> {
  const command = enterspan(["token", ...args, "--data", "data"], { cwd: dir.path });
  expect(await command.exited).toBe(0);
  return command.output().trim();
}

/** Listening on every address, as in a container; asked by this machine's own. */
async function serve(): Promise<void> {
  server = enterspan(["serve", "--host", "0.0.0.0", "--port", "0", "--data", "data"], { cwd: dir.path });
  const [, port] = await server.printed(/Explorer +http:\/\/0\.0\.0\.0:(\d+)/);
  url = `http://127.0.0.1:${port}`;
}

beforeAll(async () => {
  dir = await temporaryDir();
  browser = await launchBrowser();
});

afterAll(async () => {
  await server?.stop();
  await browser?.close();
  await dir?.[Symbol.asyncDispose]();
});

it("refuses to be open to others without a token, and says how to make one", async () => {
  const refused = enterspan(["serve", "--host", "0.0.0.0", "--port", "0", "--data", "data"], {
    cwd: dir.path,
  });
  expect(await refused.exited).toBe(1);
  const [, command] = /Make one with: enterspan (.+)/.exec(refused.errors()) as RegExpExecArray;
  const makes = enterspan((command as string).split(" "), { cwd: dir.path });
  expect(await makes.exited).toBe(0);
  await serve();
});

it("takes telemetry with a token that may send, and asks a reader for another", async () => {
  const token = await made("--scope", "ingest", "--name", "collector");
  const span = {
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "checkout",
    kind: 1,
    startTimeUnixNano: 1_000_000_000n,
    endTimeUnixNano: 2_000_000_000n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: "" },
  };
  const none = { attributes: [], droppedAttributesCount: 0 };
  const scopeSpans = [{ scope: { ...none, name: "", version: "" }, schemaUrl: "", spans: [span] }];
  const body = encodeTracesJson({ resourceSpans: [{ resource: none, schemaUrl: "", scopeSpans }] });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  // Made while the server runs: it looks once a second.
  const send = async () => (await fetch(`${url}/v1/traces`, { method: "POST", headers, body })).status;
  await expect.poll(send).toBe(200);
  expect((await fetch(`${url}/api/traces`, { headers })).status).toBe(403);
});

it("asks for a token once, in the page, and comes back to where one was", async () => {
  const token = await made("--scope", "read");
  const { page, problems } = await openPage(browser, url);
  const path = "/traces/4bf92f3577b34da6a3ce929d0e0e4736";
  await page.goto(url + path);
  await page.getByLabel("Token").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").getByText("not known here").waitFor();
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("treegrid").getByText("checkout").first().waitFor();
  expect(page.url()).toBe(url + path);
  expect(await page.evaluate("document.cookie")).toBe("");
  // What the server refused is an error in the console; nothing else is.
  expect(problems.filter((problem) => !/401/.test(problem))).toEqual([]);

  await server.stop();
  const { port } = new URL(url);
  server = enterspan(["serve", "--host", "0.0.0.0", "--port", port, "--data", "data"], { cwd: dir.path });
  await server.printed(/Explorer/);
  await page.goto(url);
  await page.getByRole("link", { name: "checkout" }).first().waitFor();
  await page.close();
});

it("lets a Worker report elsewhere with a token of the environment", async () => {
  const token = await made("--scope", "ingest");
  const worker = join(import.meta.dirname, "workers/busy");
  const args = ["run", join(worker, "index.js"), "--port", "0", "--name", "elsewhere", "--collector", url];
  const running = enterspan(args, { cwd: dir.path, env: { ENTERSPAN_INGEST_TOKEN: token } });
  const [, workerUrl] = await running.printed(/Worker +(http:\S+)/);
  await fetch(`${workerUrl}/`);
  const reader = await made("--scope", "read");
  const services = async () => {
    const answer = await fetch(`${url}/api/services`, { headers: { authorization: `Bearer ${reader}` } });
    return answer.text();
  };
  await expect.poll(services).toContain('"elsewhere"');
  expect(await running.stop()).toBe(0);
  expect(running.output() + running.errors()).not.toContain(token);
});
