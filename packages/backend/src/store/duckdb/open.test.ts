// Opening a data directory, or refusing to: what is not ours, damaged or in use stays as it is.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../backend.fixture.ts";
import { BackendError } from "../../error.ts";
import { attributesOf, EPOCH, newSpan, newTraceId, request } from "../../records.fixture.ts";
import { traceIn, where } from "../store-cases.fixture.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { SCHEMA_TABLE, SCHEMA_VERSION } from "./migrations.ts";
import { DATABASE_FILE } from "./open.ts";

async function refusalOf(directory: string): Promise<BackendError> {
  const error = await DuckDbStore.open(directory).then(
    async (store) => {
      await store.close();
      throw new Error("was opened");
    },
    (fault: unknown) => fault,
  );
  expect(error).toBeInstanceOf(BackendError);
  return error as BackendError;
}

/** Whether a refused open leaves the file as it was. */
async function expectUntouched(directory: string, code: string): Promise<BackendError> {
  const file = join(directory, DATABASE_FILE);
  const before = readFileSync(file);
  const error = await refusalOf(directory);
  expect(error.code).toBe(code);
  expect(error.message).toContain(file);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}.wal`)).toBe(false);
  return error;
}

const madeDirectory = () => {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  return directory;
};

describe("a new directory", () => {
  test("is made with a .gitignore, and keeps what is written", async () => {
    const directory = join(temporaryDirectory(), "deep", "er");
    const span = newSpan();
    const first = await DuckDbStore.open(directory);
    expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
    await first.write([request({ spans: [span] })]);
    await first.close();
    await first.close();
    expect(readdirSync(directory).sort()).toEqual([".gitignore", DATABASE_FILE]);
    const second = await DuckDbStore.open(directory);
    expect((await traceIn(second, span.traceId))?.spans).toHaveLength(1);
    await second.close();
  });

  test("that is empty gets a .gitignore; one with files in it gets none, nor does its own change", async () => {
    const gitignoreAfterOpening = async (files: Record<string, string>) => {
      const directory = madeDirectory();
      for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
      await (await DuckDbStore.open(directory)).close();
      const file = join(directory, ".gitignore");
      return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    };
    expect(await gitignoreAfterOpening({})).toBe("*\n");
    expect(await gitignoreAfterOpening({ ".gitignore": "node_modules\n" })).toBe("node_modules\n");
    expect(await gitignoreAfterOpening({ "package.json": "{}" })).toBeUndefined();
  });

  test("that cannot be made is refused", async () => {
    const directory = madeDirectory();
    writeFileSync(join(directory, "file"), "");
    const error = await refusalOf(join(directory, "file", "data"));
    expect(error.code).toBe("data_dir_not_writable");
  });

  test("whose owner.json cannot be written is refused for that reason, and let go of", async () => {
    const directory = madeDirectory();
    mkdirSync(join(directory, "owner.json"));
    const error = await refusalOf(directory);
    expect(error.code).toBe("data_dir_not_writable");
    expect(error.message).toContain(join(directory, "owner.json"));
    rmSync(join(directory, "owner.json"), { recursive: true });
    // DuckDB keeps a lock for as long as an instance is open; another process would meet it.
    const opens = `await (await (await import(${JSON.stringify(import.meta.resolve("@duckdb/node-api"))})).DuckDBInstance.create(${JSON.stringify(join(directory, DATABASE_FILE))})).connect()`;
    expect(
      spawnSync(process.execPath, ["--input-type=module", "--eval", opens], { encoding: "utf8" }),
    ).toMatchObject({
      status: 0,
    });
    await (await DuckDbStore.open(directory)).close();
  });

  test("half made by a crash is made again", async () => {
    const directory = madeDirectory();
    writeFileSync(join(directory, `${DATABASE_FILE}.new`), "half");
    const store = await DuckDbStore.open(directory);
    await store.close();
    expect(existsSync(join(directory, `${DATABASE_FILE}.new`))).toBe(false);
  });
});

/** Runs SQL on the closed file of a data directory. */
async function withDatabase(directory: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(directory, DATABASE_FILE));
  const connection = await instance.connect();
  await connection.run(sql);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
}

/** What each version added, taken away again. */
const REVERTED: Record<number, string> = {
  2: "DROP TABLE documents",
  3: "DROP TABLE trace_ranges",
  4: "DROP TABLE attribute_blocks; ALTER TABLE spans DROP COLUMN block",
  5: "ALTER TABLE resources DROP COLUMN entity_refs",
};

function toVersion(version: number): string {
  const added = Object.keys(REVERTED).filter((later) => Number(later) > version);
  expect(added).toHaveLength(SCHEMA_VERSION - version);
  return [
    ...added.map((later) => REVERTED[Number(later)]),
    `DELETE FROM ${SCHEMA_TABLE} WHERE version > ${version}`,
  ].join(";");
}

test("a file of the first version gets what later versions added, and keeps its records", async () => {
  const directory = madeDirectory();
  const [one, other] = [newTraceId(), newTraceId()];
  const spans = [
    newSpan({ traceId: one, startTimeUnixNano: 0n }),
    newSpan({ traceId: one, startTimeUnixNano: EPOCH }),
    newSpan({ traceId: other, startTimeUnixNano: EPOCH + 1n }),
  ];
  const store = await DuckDbStore.open(directory);
  await store.write([request({ spans })]);
  const listed = await store.listTraces({ limit: 10 });
  expect(listed.map(({ traceId }) => traceId)).toEqual([other, one]);
  await store.close();
  await withDatabase(directory, toVersion(1));
  const again = await DuckDbStore.open(directory);
  expect(await again.listTraces({ limit: 10 })).toEqual(listed);
  expect((await traceIn(again, one))?.spans).toHaveLength(2);
  const document = { id: "a", createdUnixMilli: 1, updatedUnixMilli: 1, content: "{}" };
  await again.addDocument("queries", document, 100);
  expect(await again.getDocument("queries", "a")).toEqual(document);
  await again.close();
});

test("spans of a file from before the index of attribute values are found, beside those that came later", async () => {
  const directory = madeDirectory();
  const options = { rowsPerBlock: 2 };
  const spansOf = (values: string[]) =>
    values.map((value) => newSpan({ name: value, attributes: attributesOf({ value }) }));
  const found = (store: DuckDbStore) =>
    Promise.all(["old", "later", "now", "nobody"].map((value) => namesWith(store, value)));
  const before = await DuckDbStore.open(directory, options);
  await before.write([request({ spans: spansOf(["old", "a", "b", "c"]) })]);
  await before.close();
  await withDatabase(directory, toVersion(3));
  const store = await DuckDbStore.open(directory, options);
  expect(await found(store)).toEqual([["old"], [], [], []]);
  await store.write([request({ spans: spansOf(["later", ..."defghijklmnop", "now"]) })]);
  expect(await found(store)).toEqual([["old"], ["later"], ["now"], []]);
  await store.close();
  const again = await DuckDbStore.open(directory, options);
  expect(await found(again)).toEqual([["old"], ["later"], ["now"], []]);
  await again.close();
});

async function namesWith(store: DuckDbStore, value: string): Promise<string[]> {
  const field = { attributes: ["value"] };
  const condition = { field, operation: "eq", type: "string", value } as const;
  const events = await store.listEvents({ where: where(condition), limit: 100 });
  return events.flatMap((event) => (event.kind === "span" ? [event.span.name] : []));
}

describe("a file is refused and left alone", () => {
  test("that is no database", async () => {
    const directory = madeDirectory();
    writeFileSync(join(directory, DATABASE_FILE), "my diary\n".repeat(1000));
    await expectUntouched(directory, "data_foreign");
  });

  test("that is empty", async () => {
    const directory = madeDirectory();
    writeFileSync(join(directory, DATABASE_FILE), "");
    await expectUntouched(directory, "data_foreign");
  });

  test("that is somebody else's DuckDB database", async () => {
    const directory = madeDirectory();
    await withDatabase(directory, "CREATE TABLE diary (entry VARCHAR); INSERT INTO diary VALUES ('dear')");
    await expectUntouched(directory, "data_foreign");
  });

  test("that a newer version wrote", async () => {
    const directory = madeDirectory();
    await (await DuckDbStore.open(directory)).close();
    await withDatabase(directory, `INSERT INTO ${SCHEMA_TABLE} (version) VALUES (${SCHEMA_VERSION + 1})`);
    const error = await expectUntouched(directory, "data_too_new");
    expect(error.message).toContain("Update this program");
  });

  test.each([
    ["its header", (bytes: Buffer) => bytes.fill(7, 4096, 12_288)],
    ["its end", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ])("that is damaged in %s", async (_, damage) => {
    const directory = madeDirectory();
    await (await DuckDbStore.open(directory)).close();
    const file = join(directory, DATABASE_FILE);
    writeFileSync(file, damage(readFileSync(file)));
    await expectUntouched(directory, "data_damaged");
  });
});

describe("a directory in use is refused", () => {
  test("by the same process, and the first goes on undisturbed", async () => {
    const directory = madeDirectory();
    const first = await DuckDbStore.open(directory);
    first.announce("http://127.0.0.1:4318");
    const error = await refusalOf(directory);
    expect(error).toMatchObject({ code: "data_dir_locked" });
    expect(error.message).toContain(`process ${process.pid}, serving http://127.0.0.1:4318`);
    const span = newSpan();
    await first.write([request({ spans: [span] })]);
    await first.close();
    const again = await DuckDbStore.open(directory);
    expect(await traceIn(again, span.traceId)).toBeDefined();
    await again.close();
  });

  test("by another process, naming it; and free once that is killed", async () => {
    const directory = madeDirectory();
    const holder = spawn(
      process.execPath,
      [
        "--conditions=@enterspan/source",
        "--input-type=module",
        "--eval",
        `const { DuckDbStore } = await import(${JSON.stringify(new URL("./duckdb-store.ts", import.meta.url).href)});
         (await DuckDbStore.open(${JSON.stringify(directory)})).announce("http://127.0.0.1:1");
         console.log("open");
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => void holder.kill("SIGKILL"));
    await new Promise<void>((resolve) => holder.stdout.once("data", () => resolve()));
    const error = await refusalOf(directory);
    expect(error.code).toBe("data_dir_locked");
    expect(error.message).toContain(`process ${holder.pid}, serving http://127.0.0.1:1`);
    const gone = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await gone;
    await (await DuckDbStore.open(directory)).close();
  });
});
