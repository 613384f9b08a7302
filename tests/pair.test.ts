// Two Workers under `enterspan dev`, in one command or each in its own, that are bound to each other by wrangler's
// registry: one trace goes through both. A Worker that plain wrangler runs is called as if we were not there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  enterspan,
  enterspanDev,
  type RunningDev,
  shape,
  temporaryDir,
  traceWhere,
} from "./enterspan.fixture.ts";

const configOf = (worker: string) => join(import.meta.dirname, "workers/pair", worker, "wrangler.jsonc");

let registry: Awaited<ReturnType<typeof temporaryDir>>;

beforeAll(async () => {
  registry = await temporaryDir();
  process.env.WRANGLER_REGISTRY_PATH = registry.path;
});

afterAll(async () => {
  delete process.env.WRANGLER_REGISTRY_PATH;
  await registry[Symbol.asyncDispose]();
});

/** Both up, and how to stop them. */
interface Pair {
  first: RunningDev;
  stop(): Promise<unknown>;
}

async function oneCommand(dir = "one"): Promise<Pair> {
  const data = join(registry.path, dir);
  const first = await enterspanDev(configOf("first"), ["--config", configOf("second"), "--data", data]);
  return { first, stop: first.stop };
}

async function twoCommands(): Promise<Pair> {
  const first = await enterspanDev(configOf("first"), ["--data", join(registry.path, "two")]);
  const config = ["--config", configOf("second"), "--port", "0"];
  const second = enterspan(["dev", ...config, "--collector", first.collectorUrl]);
  await second.printed(/Worker +http:\S+/);
  return { first, stop: () => Promise.all([second.stop(), first.stop()]) };
}

describe.each([
  ["one command", () => oneCommand()],
  ["two commands", twoCommands],
])("two Workers of %s", (_how, start) => {
  let first: RunningDev;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    ({ first, stop } = await start());
  });

  afterAll(() => stop?.());

  it("share the trace of a call over RPC, the very first one", async () => {
    // Of another command's Worker the first one's wrangler hears some time after that has started.
    await expect.poll(async () => (await fetch(`${first.url}/rpc`)).text()).toBe("hello first");
    const trace = await traceWhere(first.collectorUrl, ({ spanCount }) => spanCount === 7);
    expect(shape(trace)).toEqual([
      ["GET", ["ask", ["jsRpcSession", ["jsRpcCall", ["rpc", ["jsRpcCall", ["greet"]]]]]]],
    ]);
    const services = trace.spans.map(({ resource }) => resource);
    expect(new Set(services).size).toBe(2);
  });

  it("share that of a call on what a call will give", async () => {
    expect(await (await fetch(`${first.url}/pipelined`)).text()).toBe("3");
    const trace = await traceWhere(first.collectorUrl, ({ spanCount }) => spanCount === 8);
    expect(shape(trace)).toEqual([
      ["GET", ["jsRpcSession", ["jsRpcCall", ["jsRpcCall"], ["rpc", ["jsRpcCall"], ["jsRpcCall", ["add"]]]]]],
    ]);
  });

  it("share that of a fetch", async () => {
    expect(await (await fetch(`${first.url}/fetch`)).text()).toBe("fetched");
    const trace = await traceWhere(first.collectorUrl, ({ spanCount, services }) => {
      return spanCount === 4 && services.length === 2;
    });
    expect(shape(trace)).toEqual([["GET", ["fetch", ["GET", ["answer"]]]]]);
  });
});

it("shares the trace of a call to another Worker's object within one command", async () => {
  const { first, stop } = await oneCommand("object");
  try {
    expect(await (await fetch(`${first.url}/object`)).text()).toBe("hello object");
    const trace = await traceWhere(first.collectorUrl, ({ services }) => services.length === 2);
    expect(shape(trace)).toEqual([
      [
        "GET",
        ["durable_object_subrequest", ["jsRpcSession", ["jsRpcCall", ["rpc", ["jsRpcCall", ["greet"]]]]]],
      ],
    ]);
  } finally {
    await stop();
  }
});

it("refuses two Workers of one name, and says which files name them", async () => {
  await using copy = await temporaryDir(dirname(configOf("first")));
  const twin = join(copy.path, "wrangler.jsonc");
  const command = enterspan(["dev", "--config", configOf("first"), "--config", twin, "--port", "0"]);
  expect(await command.exited).toBe(1);
  expect(command.errors()).toContain(`${configOf("first")} and ${twin} both name their Worker "pair-first"`);
});

describe("a Worker of plain wrangler", () => {
  // Two commands start, one after the other.
  it("is called plainly", async () => {
    const wrangler = join(
      dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
      "bin/wrangler.js",
    );
    const plain = spawn(
      process.execPath,
      [wrangler, "dev", "--config", configOf("second"), "--port", "0", "--inspector-port", "0"],
      { env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "true" } },
    );
    let printed = "";
    const ready = Promise.withResolvers<void>();
    for (const stream of [plain.stdout, plain.stderr]) {
      stream.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("Ready on")) ready.resolve();
      });
    }
    await ready.promise;
    const first = await enterspanDev(configOf("first"), ["--data", join(registry.path, "other")]);
    try {
      expect(await (await fetch(`${first.url}/rpc`)).text()).toBe("hello first");
      const trace = await traceWhere(first.collectorUrl, ({ spanCount }) => spanCount === 4);
      expect(shape(trace)).toEqual([["GET", ["ask", ["jsRpcSession", ["jsRpcCall"]]]]]);
    } finally {
      await first.stop();
      plain.kill();
      await once(plain, "close");
    }
  });
});
