// A Worker's telemetry goes on to the destinations that its Wrangler file names: from `enterspan dev` and `run`, by the
// command line as built, to `enterspan serve` as receiver.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DestinationsResponse } from "@enterspan/backend/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  enterspan,
  type RunningCommand,
  readTrace,
  shape,
  temporaryDir,
  traceWhere,
} from "./enterspan.fixture.ts";

const WORKER = `export default {
  fetch(request) {
    console.log("asked");
    return new Response(new URL(request.url).pathname);
  },
};`;

interface Observability {
  traces?: object;
  logs?: object;
}

let receiverDir: Awaited<ReturnType<typeof temporaryDir>>;
let receiver: RunningCommand;
let farUrl: string;

beforeAll(async () => {
  receiverDir = await temporaryDir();
  receiver = enterspan(["serve", "--port", "0", "--data", join(receiverDir.path, "data")]);
  farUrl = (await receiver.printed(/Explorer +(http:\S+)/))[1] as string;
});

afterAll(async () => {
  await receiver.stop();
  await receiverDir[Symbol.asyncDispose]();
});

/** A project with one destination, `far`. */
async function project(name: string, observability: Observability) {
  const dir = await temporaryDir();
  const write = (wrangler: Observability) =>
    writeFile(
      join(dir.path, "wrangler.jsonc"),
      JSON.stringify({ name, main: "index.js", compatibility_date: "2026-11-01", observability: wrangler }),
    );
  await writeFile(join(dir.path, "index.js"), WORKER);
  await writeFile(
    join(dir.path, "enterspan.jsonc"),
    `{ "destinations": { "far": { "endpoint": "${farUrl}" /* of this test */ } } }`,
  );
  await write(observability);
  return { ...dir, write, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

const ON = { enabled: true, destinations: ["far"] };

async function started(command: "dev" | "run", cwd: string) {
  const running = enterspan([command, "--port", "0", "--collector-port", "0"], { cwd });
  const [, url] = await running.printed(/Worker +(http:\S+)/);
  const [, collectorUrl] = await running.printed(/Explorer +(http:\S+)/);
  return { ...running, url: url as string, collectorUrl: collectorUrl as string };
}

describe.each(["dev", "run"] as const)("enterspan %s", (command) => {
  test("sends what the Wrangler file says to the destinations that it names, and keeps what it says", async () => {
    const name = `far-${command}`;
    await using dir = await project(name, { traces: { ...ON, persist: false }, logs: ON });
    const running = await started(command, dir.path);
    await running.printed(/Forward +far/);
    await running.printed(/are not kept here \("persist" is false\): they go on to far\./);
    await fetch(`${running.url}/one`);
    const trace = await traceWhere(farUrl, (found) => found.service === name && found.logCount === 1);
    expect(shape(trace)).toEqual([["GET"]]);
    const status = (await (
      await fetch(`${running.collectorUrl}/api/destinations`)
    ).json()) as DestinationsResponse;
    expect(status.destinations).toMatchObject([{ name: "far", services: [name], refused: 0, dropped: 0 }]);
    const { spans, logs } = await readTrace(running.collectorUrl, trace.traceId);
    expect([spans.length, logs.length]).toEqual([0, 1]);
    expect(await running.stop()).toBe(0);
  });

  test("does not start when a name is defined nowhere, and says which are", async () => {
    await using dir = await project("shop", { traces: { ...ON, destinations: ["fra"] } });
    const failed = enterspan([command, "--port", "0", "--collector-port", "0"], { cwd: dir.path });
    expect(await failed.exited).toBe(1);
    expect(failed.errors()).toMatch(
      /observability\.traces\.destinations of shop names "fra".*Defined: "far"/,
    );
  });
});

test("enterspan dev takes over an edit of the names, and refuses one that is defined nowhere", async () => {
  await using dir = await project("edited", { traces: { enabled: true } });
  const running = await started("dev", dir.path);
  await dir.write({ traces: { ...ON, destinations: ["fra"] } });
  await running.printed(/names "fra"/);
  const reloaded = running.printed(/Reloaded\./);
  await dir.write({ traces: ON });
  await reloaded;
  await fetch(`${running.url}/after`);
  const trace = await traceWhere(farUrl, (found) => found.service === "edited");
  expect(shape(trace)).toEqual([["GET"]]);
  expect(await running.stop()).toBe(0);
});

test("a settings file that is wrong is said in one line", async () => {
  await using dir = await temporaryDir();
  const path = join(dir.path, "enterspan.jsonc");
  await writeFile(path, '{ "destinations": { "far": { "endpoint": "ftp://far" } } }');
  const failed = enterspan(["serve", "--port", "0"], { cwd: dir.path });
  expect(await failed.exited).toBe(1);
  expect(failed.errors()).toMatch(/^error +\S+enterspan\.jsonc: destinations\.far\.endpoint: must be .*\n$/);
});

test("enterspan serve samples as its flags say", async () => {
  await using dir = await temporaryDir();
  const args = [
    "serve",
    "--port",
    "0",
    "--sample-share",
    "0",
    "--sample-attribute",
    "keep",
    "--sample-wait",
    "0.1",
  ];
  const running = enterspan(args, { cwd: dir.path });
  const [, url] = await running.printed(/Explorer +(http:\S+)/);
  const span = { spanId: "00f067aa0ba902b7", name: "work", startTimeUnixNano: "1", endTimeUnixNano: "2" };
  const kept = "4bf92f3577b34da6a3ce929d0e0e4736";
  const spans = [
    { ...span, traceId: "4bf92f3577b34da6a3ce929d0e0e4737" },
    { ...span, traceId: kept, attributes: [{ key: "keep", value: { stringValue: "" } }] },
  ];
  await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  await running.printed(new RegExp(`/traces/${kept}`));
  expect((await readTrace(url as string, kept)).spans).toMatchObject([{ traceState: "ot=th:0" }]);
  expect(running.output()).not.toContain("4737");
  expect(await running.stop()).toBe(0);
  const failed = enterspan(["serve", "--port", "0", "--sample-wait", "1"], { cwd: dir.path });
  expect(await failed.exited).toBe(1);
  expect(failed.errors()).toContain("need --sample-share");
});
