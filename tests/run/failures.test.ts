// What `enterspan run` says of Workers that fail, do not start or end the process.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, symlink } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { enterspan, temporaryDir } from "../enterspan.fixture.ts";
import { project, rootOf, run, started, worker } from "./run.fixture.ts";

describe("failures", () => {
  const FAILING = `async function fail(what: string): Promise<never> {
  throw new Error(what);
}
export default {
  async fetch(request: Request, env: unknown, ctx: ExecutionContext) {
    const { pathname } = new URL(request.url);
    if (pathname === "/pass") ctx.passThroughOnException();
    if (pathname === "/read") {
      ctx.passThroughOnException();
      await request.text();
    }
    if (pathname === "/rejection") void fail("nobody waits");
    else if (pathname === "/uncaught") setTimeout(() => { throw new Error("nobody catches"); });
    else if (pathname === "/later") ctx.waitUntil(fail("too late"));
    else if (pathname === "/nothing") return undefined;
    else if (pathname === "/used") {
      const response = new Response("x");
      await response.text();
      return response;
    }
    else if (pathname !== "/") await fail("broken");
    return new Response("fine");
  },
};`;

  it("of a handler are answered with 500 and told once, with the user's stack", async () => {
    await using dir = await worker(FAILING);
    const running = await run(dir.path);
    const response = await fetch(`${running.url}/x`);
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
    await running.printed(
      /error {2}GET \/x: Error: broken\n +at fail \(\S+\/src\/index\.ts:2:9\)\n +at \S+ \(\S+index\.ts:21/,
    );
    expect(running.errors().match(/broken/g)).toHaveLength(1);
    expect(running.errors()).not.toMatch(/node:internal|enterspan\/dist/);
    const { attributes, status } = await rootOf(running.collectorUrl, "GET /x");
    expect([attributes["cloudflare.outcome"], status?.code]).toEqual(["exception", 2]);

    expect((await fetch(`${running.url}/nothing`)).status).toBe(500);
    await running.printed(/GET \/nothing: TypeError: The fetch handler gave undefined, not a Response/);

    expect((await fetch(`${running.url}/used`)).status).toBe(500);
    await running.printed(/GET \/used: the response: TypeError: Its body has been read already, .+\n$/);
    const used = await rootOf(running.collectorUrl, "GET /used");
    expect([used.attributes["cloudflare.outcome"], used.status?.code]).toEqual(["exception", 2]);
    expect(used.attributes).not.toHaveProperty("http.response.status_code");
    await running.stop();
  });

  it("of a handler go to the origin where it asked for that", async () => {
    const seen: string[] = [];
    const origin = createServer(async (request: IncomingMessage, response) => {
      const body = (await request.toArray()).join("");
      seen.push(`${request.method} ${request.headers.host} ${request.url} ${body}`);
      response.end("from the origin");
    }).listen(0, "127.0.0.1");
    await once(origin, "listening");
    const host = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
    await using dir = await worker(FAILING);
    const running = await run(dir.path, ["--origin", `http://${host}`]);
    const answer = async (path: string) => {
      const response = await fetch(running.url + path, { method: "POST", body: "hello" });
      return [response.status, await response.text()];
    };
    expect(await answer("/pass?a=1")).toEqual([200, "from the origin"]);
    expect(seen).toEqual([`POST ${host} /pass?a=1 hello`]);
    expect(await answer("/read")).toEqual([502, expect.stringContaining("has read the request's body")]);
    origin.closeAllConnections();
    origin.close();
    await once(origin, "close");
    expect(await answer("/pass")).toEqual([502, expect.stringContaining("cannot be reached")]);
    await running.stop();

    const without = await run(dir.path);
    expect((await fetch(`${without.url}/pass`)).status).toBe(502);
    expect(await (await fetch(`${without.url}/pass`)).text()).toContain("--origin URL");
    await without.stop();
  });

  it("that nobody caught are told, with the user's stack, and end nothing", async () => {
    await using dir = await worker(FAILING);
    const running = await run(dir.path);
    for (const [path, told] of [
      ["/rejection", /unhandled rejection: Error: nobody waits\n +at fail \(\S+\/src\/index\.ts:2:9\)/],
      ["/uncaught", /uncaught exception: Error: nobody catches\n +at .*\/src\/index\.ts:13/],
      ["/later", /waitUntil: Error: too late\n +at fail \(\S+\/src\/index\.ts:2:9\)/],
    ] as const) {
      expect(await (await fetch(running.url + path)).text()).toBe("fine");
      await running.printed(told);
    }
    expect(await (await fetch(running.url)).text()).toBe("fine");
    expect(await running.stop()).toBe(0);
  });

  it.each<[what: string, files: Record<string, string>, args: string[], told: RegExp]>([
    [
      "throws when it is started",
      { "a.ts": "\nconst read = (): never => { throw new Error('no key'); };\nread();" },
      ["a.ts"],
      /error {2}\S+\/a\.ts failed when it was started:\n\nError: no key\n +at read \(\S+\/a\.ts:2:35\)/,
    ],
    ["does not build", { "a.ts": "export default {" }, ["a.ts"], /does not build:[\s\S]*a\.ts:1:16/],
    [
      "has no default export",
      { "a.ts": "export const a = 1;" },
      ["a.ts"],
      /a\.ts has no default export\. Export one/,
    ],
    [
      "has no handlers",
      { "a.ts": "export default {}" },
      ["a.ts"],
      /none of the handlers fetch, scheduled, queue, email/,
    ],
    [
      "imports a package that is not there",
      { "a.ts": 'import "@no/where/else";' },
      ["a.ts"],
      /Could not resolve "@no\/where\/else"[\s\S]+\n {2}Is it installed\? npm install @no\/where\n$/,
    ],
    [
      "imports a file that is not there",
      { "a.ts": 'import "./nowhere";' },
      ["a.ts"],
      /Could not resolve ".\/nowhere"[^?]+$/,
    ],
    [
      "imports what only workerd has",
      { "a.ts": 'import "cloudflare:x";' },
      ["a.ts"],
      /"cloudflare:x" is part of workerd/,
    ],
    ["is not there", {}, ["a.ts"], /a\.ts does not exist/],
    [
      "is not named",
      {},
      [],
      /There is no Wrangler file in \S+\. Name the Worker's module: enterspan run src\/index\.ts/,
    ],
    ["has a bad Wrangler file", { "wrangler.jsonc": '{ "name": 1 }' }, [], /wrangler\.jsonc: .*"name"/],
    [
      "has an env module that gives nothing",
      { "a.ts": "export default { fetch() {} }", "e.ts": "" },
      ["a.ts", "--env-module", "e.ts"],
      /e\.ts gives no env/,
    ],
    [
      "has an env module that throws",
      {
        "a.ts": "export default { fetch() {} }",
        "e.ts": "\nexport default (): never => { throw new Error('no key'); };",
      },
      ["a.ts", "--env-module", "e.ts"],
      /error {2}\S+\/e\.ts failed when it was asked for the env:\n\nError: no key\n +at \S+ \(\S+\/e\.ts:2:37\)/,
    ],
    [
      "is a directory",
      { "src/a.ts": "" },
      ["src"],
      /src is a directory\. Name the module in it, such as \S+\/src\/index\.ts/,
    ],
    [
      "has a Wrangler file with a mistake",
      { "wrangler.jsonc": '{\n  "name": "x",\n  "main": src\n}' },
      [],
      /wrangler\.jsonc:3:11: InvalidSymbol/,
    ],
    [
      "has an environment and no Wrangler file",
      { "a.ts": "export default { fetch() {} }" },
      ["a.ts", "--env", "prod"],
      /error {2}--env prod names an environment of a Wrangler file, and there is none in \S+\.\n$/,
    ],
    [
      "is a service worker",
      { "a.ts": 'addEventListener("fetch", () => {});' },
      ["a.ts"],
      /a\.ts calls addEventListener, .+ service workers do not run on Node\. Export .+: export default \{ fetch/,
    ],
  ])("of a Worker that %s are said in words", async (_, files, args, told) => {
    await using dir = await project(files);
    const command = enterspan(["run", "--port", "0", "--collector-port", "0", ...args], { cwd: dir.path });
    started.push(command);
    expect(await command.exited).toBe(1);
    expect(command.errors()).toMatch(told);
    expect(command.errors()).not.toMatch(/node:internal|enterspan\/dist|commander/);
  });

  it("of a Worker that ends the process are said, with the user's stack", async () => {
    await using dir = await worker(`const leave = (): never => process.exit(3);
export default { fetch: () => leave() };`);
    const running = await run(dir.path);
    await expect(fetch(running.url)).rejects.toThrow();
    expect(await running.exited).toBe(3);
    expect(running.errors()).toMatch(
      /error {2}the Worker has ended enterspan, .+: Error: process\.exit\(3\)\n +at leave \(\S+\/src\/index\.ts:1:36\)\n/,
    );
  });

  it("of a Worker that does not come to its end are said while it is waited for", async () => {
    await using dir = await project({
      "a.ts": "await new Promise(() => {}); export default { fetch() {} };",
      "e.ts": "export default () => new Promise((resolve) => process.once('SIGUSR2', () => resolve({})));",
    });
    const args = ["run", "a.ts", "--port", "0", "--collector-port", "0", "--env-module", "e.ts"];
    const command = enterspan(args, { cwd: dir.path });
    started.push(command);
    await command.printed(/\/e\.ts has not given the env yet, after 5 seconds/);
    command.child.kill("SIGUSR2");
    await command.printed(/\/a\.ts has not started yet, after 5 seconds: .*top-level await/);
  });

  it("of a port that is taken is said in words", async () => {
    await using dir = await worker(FAILING);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const command = enterspan(["run", "--port", String(port), "--collector-port", "0"], { cwd: dir.path });
    expect(await command.exited).toBe(1);
    expect(command.errors()).toBe(
      `error  Port ${port} is taken by another program. Choose another with --port PORT, or any free one with --port 0.\n`,
    );
    taken.close();
  });
});

// Globally, or by npx.
it("finds the project's @opentelemetry/api where enterspan is installed apart from the project, or asks for it", async () => {
  const root = join(import.meta.dirname, "../..");
  await using apart = await temporaryDir();
  const modules = join(apart.path, "node_modules");
  await mkdir(join(modules, "@enterspan"), { recursive: true });
  for (const [name, from, parts] of [
    ["enterspan", "packages/enterspan", ["package.json", "bin", "dist"]],
    ["@enterspan/tracing", "packages/tracing", ["package.json", "dist"]],
  ] as const) {
    for (const part of parts)
      await cp(join(root, from, part), join(modules, name, part), { recursive: true });
  }
  await symlink(join(root, "packages/backend"), join(modules, "@enterspan/backend"));
  await symlink(join(root, "packages/explorer"), join(modules, "@enterspan/explorer"));
  for (const name of ["commander", "esbuild"]) {
    const places = ["packages/enterspan", "."].map((dir) => join(root, dir, "node_modules", name));
    await symlink(places.find((path) => existsSync(path)) as string, join(modules, name));
  }
  await using dir = await project({
    "a.ts": `import { registerOpenTelemetry } from "@enterspan/tracing/otel";
registerOpenTelemetry();
console.log("registered");
process.exit(0);
export default { fetch() {} };`,
  });
  const runApart = () =>
    spawnSync(
      process.execPath,
      [join(modules, "enterspan/bin/enterspan.js"), "run", "a.ts", "--port", "0", "--collector-port", "0"],
      { cwd: dir.path, encoding: "utf8" },
    );
  expect(runApart()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /a\.ts did not start: @opentelemetry\/api is not found.+ npm install @opentelemetry\/api\./,
    ),
  });
  await mkdir(join(dir.path, "node_modules/@opentelemetry"), { recursive: true });
  const api = "node_modules/@opentelemetry/api";
  await symlink(join(root, api), join(dir.path, api));
  expect(runApart()).toMatchObject({ status: 0, stdout: expect.stringContaining("registered") });
});
