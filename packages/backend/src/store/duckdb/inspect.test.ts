// A look at a data directory says what it is, finds a damaged block, and changes nothing.

import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { encodeTracesJson } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { post, temporaryDirectory } from "../../backend.fixture.ts";
import { startBackend } from "../../index.ts";
import { attributesOf, newSpan, traces } from "../../records.fixture.ts";
import { inspectDataDir } from "./inspect.ts";
import { SCHEMA_VERSION } from "./migrations.ts";

async function filled(): Promise<{ dataDir: string; file: string }> {
  const dataDir = temporaryDirectory();
  const backend = await startBackend({ dataDir, port: 0 });
  const spans = Array.from({ length: 3_000 }, (_, i) =>
    newSpan({ attributes: attributesOf({ key: `value ${i}` }) }),
  );
  await post(backend, "/v1/traces", encodeTracesJson(traces(spans)));
  expect(await inspectElsewhere(dataDir)).toMatchObject({ state: "held", url: backend.url });
  await backend.close();
  return { dataDir, file: join(dataDir, "enterspan.duckdb") };
}

/** DuckDB's lock is the process's, so another one asks. */
async function inspectElsewhere(dataDir: string): Promise<unknown> {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const script = `const { inspectDataDir } = await import(${JSON.stringify(new URL("./inspect.ts", import.meta.url).href)});
    console.log(JSON.stringify(await inspectDataDir(${JSON.stringify(dataDir)})));`;
  const args = ["--conditions=@enterspan/source", "--input-type=module", "--eval", script];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

const digestOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

test("what is there is counted, and left as it is", async () => {
  const { dataDir, file } = await filled();
  const before = digestOf(file);
  expect(await inspectDataDir(dataDir)).toEqual({
    state: "idle",
    version: SCHEMA_VERSION,
    currentVersion: SCHEMA_VERSION,
    bytes: statSync(file).size,
    spans: 3_000,
    logs: 0,
    isWhole: true,
  });
  expect(digestOf(file)).toBe(before);
  expect(await inspectDataDir(temporaryDirectory())).toEqual({ state: "missing" });
});

test("a damaged block is found", async () => {
  const { dataDir, file } = await filled();
  const descriptor = openSync(file, "r+");
  // The first blocks are headers and of 256 kB each from 12 kB on; the data of the spans is among them.
  for (let at = 12_288 + 4_096; at < statSync(file).size; at += 262_144) writeSync(descriptor, "damage", at);
  closeSync(descriptor);
  expect(await inspectDataDir(dataDir)).toMatchObject({ state: "unreadable" });
});

test("a file that is no database of ours is unreadable", async () => {
  const dataDir = temporaryDirectory();
  writeFileSync(join(dataDir, "enterspan.duckdb"), "something else");
  expect(await inspectDataDir(dataDir)).toMatchObject({ state: "unreadable" });
});

test("a database of SQLite is not ours, and nothing is fetched to read it", async () => {
  const dataDir = temporaryDirectory();
  const file = Buffer.alloc(4096);
  file.write("SQLite format 3\0");
  writeFileSync(join(dataDir, "enterspan.duckdb"), file);
  expect(await inspectDataDir(dataDir)).toEqual({
    state: "unreadable",
    reason: "it is a database of SQLite",
  });
  await expect(startBackend({ dataDir, port: 0 })).rejects.toMatchObject({ code: "data_foreign" });
});
