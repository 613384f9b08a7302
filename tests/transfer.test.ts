// `enterspan export` and `enterspan import` from a user's side: out of a server that runs, into a directory that nobody uses,
// and back.
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { enterspan, temporaryDir } from "./enterspan.fixture.ts";
import { freePort } from "./free-port.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e47";

/** A request of 40 spans in 10 traces, and one of logs, two of them equal. */
async function fill(url: string): Promise<void> {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const spans = Array.from({ length: 40 }, (_, i) => ({
    traceId: `${TRACE}${String(i % 10).padStart(2, "0")}`,
    spanId: String(i + 1).padStart(16, "0"),
    name: `work ${i}`,
    startTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(i) * 1_000_000_000n),
    endTimeUnixNano: String(1_790_000_000_000_000_001n + BigInt(i) * 1_000_000_000n),
    attributes: [{ key: "big", value: { intValue: "9007199254740993" } }],
  }));
  const twin = { timeUnixNano: "1790000000000000005", body: { stringValue: "twin" }, traceId: `${TRACE}00` };
  const send = (path: string, body: object) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await send("/v1/traces", { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "s" }, spans }] }] });
  await send("/v1/logs", { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [twin, twin] }] }] });
}

const traces = (url: string) =>
  Promise.all(
    Array.from({ length: 10 }, async (_, i) => (await fetch(`${url}/api/traces/${TRACE}0${i}`)).json()),
  );

async function run(cwd: string, ...args: string[]) {
  const command = enterspan(args, { cwd });
  const code = await command.exited;
  return { code, out: command.output(), err: command.errors() };
}

async function serving(cwd: string, data: string) {
  const server = enterspan(["serve", "--port", "0", "--data", data], { cwd });
  const [, url] = await server.printed(/Explorer +(http:\S+)/);
  return { url: url as string, stop: () => server.stop() };
}

it.each(["jsonl", "parquet"])("moves everything by %s, again and again without doubles", async (format) => {
  await using dir = await temporaryDir();
  const from = await serving(dir.path, "from");
  await fill(from.url);
  const before = await traces(from.url);
  const target = format === "jsonl" ? "all.jsonl" : "files";
  // The server that has the directory is found and asked.
  expect(await run(dir.path, "export", target, "--format", format, "--data", "from")).toMatchObject({
    code: 0,
  });
  await from.stop();

  const files =
    format === "jsonl" ? [target] : [join(target, "traces.parquet"), join(target, "logs.parquet")];
  for (let round = 0; round < 2; round++) {
    const imported = await run(dir.path, "import", ...files, "--data", "to");
    expect(imported).toMatchObject({
      code: 0,
      err: expect.stringContaining("40 spans and 2 logs are stored"),
    });
  }
  const to = await serving(dir.path, "to");
  expect(await traces(to.url)).toEqual(before);
  await to.stop();
  // Out of a directory that nobody uses: the same file.
  if (format === "jsonl") {
    const again = await run(dir.path, "export", "-", "--data", "to");
    expect(again.out).toBe(await readFile(join(dir.path, target), "utf8"));
    const range = ["--from", "2026-09-21T14:13:30Z", "--to", "2026-09-21T14:13:35Z"];
    const part = await run(dir.path, "export", "-", "--data", "to", ...range);
    expect(part.out.match(/"name":"work \d+"/g)).toHaveLength(5);
  }
});

it("says which line of a file is no telemetry, and begins again where it was broken off", async () => {
  await using dir = await temporaryDir();
  const from = await serving(dir.path, "from");
  await fill(from.url);
  const before = await traces(from.url);
  await run(dir.path, "export", "all.jsonl", "--collector", from.url);
  await from.stop();
  const whole = await readFile(join(dir.path, "all.jsonl"), "utf8");
  await writeFile(join(dir.path, "part.jsonl"), whole);
  await truncate(join(dir.path, "part.jsonl"), whole.length - 20);
  const broken = await run(dir.path, "import", "part.jsonl", "--data", "to");
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining("part.jsonl, line 2: ") });
  expect(await run(dir.path, "import", "all.jsonl", "--data", "to")).toMatchObject({ code: 0 });
  const to = await serving(dir.path, "to");
  expect(await traces(to.url)).toEqual(before);
  await to.stop();
});

it("goes on when its server is restarted meanwhile", async () => {
  await using dir = await temporaryDir();
  const from = await serving(dir.path, "from");
  await fill(from.url);
  await run(dir.path, "export", "all.jsonl", "--data", "from");
  await from.stop();
  const port = await freePort();
  const importing = run(dir.path, "import", "all.jsonl", "--collector", `http://127.0.0.1:${port}`);
  const late = enterspan(["serve", "--port", String(port), "--data", "to"], { cwd: dir.path });
  expect(await importing).toMatchObject({ code: 0, err: expect.stringContaining("40 spans and 2 logs") });
  await late.stop();
});

it("says what is wrong: nothing to export, no such file, no way to write", async () => {
  await using dir = await temporaryDir();
  expect(await run(dir.path, "export", "x.jsonl")).toMatchObject({
    code: 1,
    err: expect.stringContaining("nothing in .enterspan"),
  });
  expect(await run(dir.path, "import", "none.jsonl")).toMatchObject({
    code: 1,
    err: expect.stringContaining("none.jsonl cannot be read"),
  });
  await writeFile(join(dir.path, "file"), "");
  await mkdir(join(dir.path, "empty"));
  const refused = async (...args: string[]) => {
    const { code, err } = await run(dir.path, ...args);
    expect(code).toBe(1);
    return err;
  };
  expect(await refused("export", "file/x.jsonl")).toContain("The directory file cannot be made");
  expect(await refused("export", "empty")).toContain("empty is a directory. Name a file in it");
  expect(await refused("export", "file", "--format", "parquet")).toContain("file is a file");
  const backwards = ["--from", "2026-01-02", "--to", "2026-01-01"];
  expect(await refused("export", "x.jsonl", ...backwards)).toContain("--from must be the earlier one");
  expect(await refused("import", "empty")).toContain("empty has no file to import");
  await writeFile(join(dir.path, "bad.parquet"), "PAR1");
  expect(await refused("import", "bad.parquet")).toMatch(/bad\.parquet cannot be read: (?!.*DESCRIBE)/);
  await writeFile(join(dir.path, "bad.jsonl.gz"), "no gzip");
  expect(await refused("import", "bad.jsonl.gz")).toContain("bad.jsonl.gz cannot be read: incorrect header");
});

it("takes directories and compressed files, and lets whoever reads have enough", async () => {
  await using dir = await temporaryDir();
  const from = await serving(dir.path, "from");
  await fill(from.url);
  const before = await traces(from.url);
  await run(dir.path, "export", "new/files", "--format", "parquet", "--data", "from");
  await run(dir.path, "export", "deep/er/all.jsonl", "--data", "from");
  const text = await readFile(join(dir.path, "deep/er/all.jsonl"));
  await writeFile(join(dir.path, "all.jsonl.gz"), Buffer.concat([gzipSync(text), gzipSync("\n")]));
  const stored = { code: 0, err: expect.stringContaining("40 spans and 2 logs are stored") };
  expect(await run(dir.path, "import", "all.jsonl.gz", "--data", "to")).toMatchObject(stored);
  expect(await run(dir.path, "import", "new/files", "--data", "to")).toMatchObject(stored);
  const to = await serving(dir.path, "to");
  expect(await traces(to.url)).toEqual(before);
  await to.stop();
  const piped = enterspan(["export", "-", "--data", "from"], { cwd: dir.path });
  piped.child.stdout?.destroy();
  expect(await piped.exited).toBe(0);
  expect(piped.errors()).toBe("");
  await from.stop();
});

it("lists the traces that a search finds, and says what is wrong with one", async () => {
  await using dir = await temporaryDir();
  const server = await serving(dir.path, ".enterspan");
  await fill(server.url);
  const { code, out } = await run(dir.path, "traces", 'name:"work 3*"');
  expect([code, out.trim().split("\n").length]).toEqual([0, 1]);
  const found = await run(dir.path, "traces", "name:work\\ 3", "--limit", "5");
  expect(found.out).toMatch(/^START +DURATION +STATUS +SPANS +ERRORS +SERVICE +NAME +TRACE$/m);
  expect(found.out).toContain(`2026-09-21T14:13:23.000Z`);
  expect(found.out.trim().split("\n")).toHaveLength(2);
  expect(found.out).toContain(`${TRACE}03`);
  expect(await run(dir.path, "traces", "status:eror")).toMatchObject({
    code: 1,
    err: expect.stringContaining('search, character 8: status is never "eror"; expected error, ok or unset'),
  });
  await server.stop();
});

it("draws a trace by its id or address, or the newest", async () => {
  await using dir = await temporaryDir();
  const server = await serving(dir.path, ".enterspan");
  expect(await run(dir.path, "trace")).toMatchObject({
    code: 1,
    err: expect.stringContaining("Nothing has been recorded yet"),
  });
  await fill(server.url);
  const { code, out } = await run(dir.path, "trace", `${server.url}/traces/${TRACE}03?span=1`);
  expect([code, out.split("\n").length]).toEqual([0, 5]);
  expect(out).toMatch(/^work 3 \[shop\] +1 ns +▏\nwork 13 /);
  expect((await run(dir.path, "trace")).out).toContain("work 39");
  expect(await run(dir.path, "trace", "4bf9")).toMatchObject({
    code: 1,
    err: expect.stringContaining('"4bf9" is no trace id: 32 hexadecimal digits'),
  });
  await server.stop();
});
