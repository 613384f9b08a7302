// What an operator sees of `enterspan serve` and `enterspan doctor`.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { enterspan, temporaryDir } from "./enterspan.fixture.ts";
import { freePort } from "./free-port.ts";

const CONFIG = {
  name: "small",
  main: "index.js",
  compatibility_date: "2026-11-01",
  observability: { traces: { enabled: true } },
};

async function project(config: object = CONFIG) {
  const dir = await temporaryDir();
  await writeFile(join(dir.path, "wrangler.jsonc"), JSON.stringify(config));
  await writeFile(join(dir.path, "index.js"), "export default { fetch: () => new Response() };\n");
  return dir;
}

async function doctor(cwd: string, ...args: string[]) {
  const ports = ["--port", "0", "--collector-port", "0"];
  const command = enterspan(["doctor", ...ports, ...args], { cwd });
  const code = await command.exited;
  expect(command.errors()).toBe("");
  return { code, output: command.output() };
}

it("finds nothing wrong where nothing is", async () => {
  await using dir = await project();
  const { code, output } = await doctor(dir.path);
  expect(output).not.toMatch(/^(warn|fail)/m);
  expect(output).toMatch(/^ok {4}Wrangler file: wrangler\.jsonc, small$/m);
  expect(code).toBe(0);
});

it("says what is wrong with a project, a port and a store, and how to mend it", async () => {
  await using dir = await project({ ...CONFIG, observability: { enabled: true } });
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await using data = await temporaryDir();
  await writeFile(join(data.path, "enterspan.duckdb"), "no database");
  const { code, output } = await doctor(dir.path, "--port", String(port), "--data", data.path);
  other.close();
  expect(output).toMatch(/^warn {2}Wrangler file: .*\n {6}Tracing is off for small/m);
  expect(output).toMatch(
    new RegExp(`^fail {2}Worker's port: ${port} is taken .*\\n {6}Choose another with --port`, "m"),
  );
  expect(output).toMatch(/^fail {2}Store: .*\n {6}Restore .* from a backup/m);
  expect(code).toBe(1);
});

it("sees the server that has the directory, and one that is not there", async () => {
  await using dir = await project();
  const server = enterspan(["serve", "--port", "0"], { cwd: dir.path });
  const [, url] = await server.printed(/Explorer +(http:\S+)/);
  const { code, output } = await doctor(dir.path);
  expect(output).toContain(`Store: in use by process ${server.child.pid}, serving ${url}`);
  expect(output).toContain(`Server: ${url} is ready`);
  expect(output).toContain("Clock: agrees with the server's");
  expect(code).toBe(0);
  await server.stop();
  const gone = await doctor(dir.path, "--collector", `http://127.0.0.1:${await freePort()}`);
  expect(gone.output).toMatch(/^fail {2}Server: .* does not answer/m);
  expect(gone.code).toBe(1);
});

it("logs a JSON object a line, from the level that is asked for", async () => {
  await using dir = await temporaryDir();
  const args = ["serve", "--port", "0", "--log-format", "json", "--log-level", "debug"];
  const server = enterspan(args, { cwd: dir.path });
  const [, url] = await server.printed(/"url":"(http:[^"]+)"/);
  const span = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", name: "a\nb" };
  await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  await fetch(`${url}/api/traces/%0Aforged?token=s3cr3t`);
  await server.printed(/forged/);
  expect(await server.stop()).toBe(0);
  const lines = server
    .output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ["info", "Listening"],
    ["info", "Request"],
    ["debug", "POST /v1/traces 200"],
    ["debug", "GET /api/traces/\nforged 400"],
    ["info", "Stopping"],
  ]);
  expect(lines[1]).toMatchObject({ name: "a\nb", traceId: span.traceId, status: "ok" });
  expect(server.output()).not.toContain("s3cr3t");
});
