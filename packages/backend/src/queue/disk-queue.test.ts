// A queue gives back what was appended, in order, over restarts and damage, and keeps its bound.

import {
  appendFileSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../backend.fixture.ts";
import { DiskQueue, type DiskQueueOptions, QueueFullError } from "./disk-queue.ts";

const record = (text: string) => [Buffer.from(text)];
const texts = (records: readonly Uint8Array[]) => records.map((bytes) => Buffer.from(bytes).toString());
const opened = (directory: string, options: Partial<DiskQueueOptions> = {}) =>
  DiskQueue.open(directory, { maxBytes: 1_000_000, whenFull: "drop-oldest", ...options });

/** All that is left, without advancing. */
async function rest(queue: DiskQueue): Promise<string[]> {
  const found: string[] = [];
  let from = queue.cursor;
  for (;;) {
    const { records, next } = await queue.read(100, from);
    if (records.length === 0) return found;
    found.push(...texts(records));
    from = next;
  }
}

const segments = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".segment"))
    .map((name) => join(directory, name))
    .sort();

const onDisk = (directory: string) => segments(directory).reduce((sum, path) => sum + statSync(path).size, 0);

test("reads in order what was appended, over restarts at any moment", async () => {
  const step = fc.oneof(
    fc.record({
      append: fc.array(fc.string({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }),
    }),
    fc.record({ read: fc.integer({ min: 1, max: 500 }) }),
    fc.constant("restart" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const directory = temporaryDirectory();
      // Segments of 250 bytes.
      const options = { maxBytes: 2000, whenFull: "refuse" } as const;
      let queue = opened(directory, options);
      const expected: string[] = [];
      for (const action of steps) {
        if (action === "restart") {
          await queue.close();
          queue = opened(directory, options);
        } else if ("append" in action) {
          const outcomes = await Promise.allSettled(action.append.map((text) => queue.append(record(text))));
          for (const [index, { status }] of outcomes.entries()) {
            if (status === "fulfilled") expected.push(action.append[index] as string);
          }
        } else {
          const { records, next } = await queue.read(action.read);
          expect(records.length > 0).toBe(expected.length > 0);
          expect(texts(records)).toEqual(expected.splice(0, records.length));
          await queue.advance(next);
        }
        expect(onDisk(directory)).toBeLessThanOrEqual(2000);
      }
      expect(await rest(queue)).toEqual(expected);
      await queue.close();
    }),
    { numRuns: 60 },
  );
});

test("what a crash left half written is passed over, and what comes later is read", async () => {
  const directory = temporaryDirectory();
  const first = opened(directory);
  await first.append(record("whole"));
  await first.append(record("torn"));
  await first.close();
  const [path] = segments(directory) as [string];
  truncateSync(path, statSync(path).size - 1);
  const second = opened(directory);
  await second.append(record("later"));
  expect(await rest(second)).toEqual(["whole", "later"]);
  await second.close();
  appendFileSync(path, "garbage that looks like nothing");
  const third = opened(directory);
  expect(await rest(third)).toEqual(["whole", "later"]);
  await third.close();
});

test("a damaged record is passed over, and those behind it are read, however long it is", async () => {
  const directory = temporaryDirectory();
  const first = opened(directory);
  for (const text of ["before", "x".repeat(500), "y".repeat(5), "behind"]) await first.append(record(text));
  await first.close();
  const [path] = segments(directory) as [string];
  const bytes = readFileSync(path);
  for (const letter of ["x", "y"]) bytes.write("z", bytes.indexOf(letter));
  writeFileSync(path, bytes);
  const second = opened(directory);
  expect(await rest(second)).toEqual(["before", "behind"]);
  await second.close();
});

test.skipIf(process.platform !== "linux")("a write is on disk when it is done, not only a sync", async () => {
  const directory = temporaryDirectory();
  const queue = opened(directory);
  await queue.append(record("a"));
  const [path] = segments(realpathSync(directory)) as [string];
  const isOfPath = (fd: string) =>
    existsSync(`/proc/self/fd/${fd}`) && readlinkSync(`/proc/self/fd/${fd}`) === path;
  const info = readFileSync(`/proc/self/fdinfo/${readdirSync("/proc/self/fd").find(isOfPath)}`, "utf8");
  const flags = Number.parseInt(/flags:\s+(\d+)/.exec(info)?.[1] ?? "", 8);
  expect(flags & constants.O_DSYNC).toBe(constants.O_DSYNC);
  await queue.close();
});

test("an empty record is refused alone", async () => {
  const queue = opened(temporaryDirectory());
  const written = queue.append(record("one"));
  expect(() => queue.append([Buffer.alloc(0)])).toThrow(RangeError);
  await written;
  expect(await rest(queue)).toEqual(["one"]);
  await queue.close();
});

test("a damaged cursor means that all is read once more", async () => {
  const directory = temporaryDirectory();
  const first = opened(directory);
  await first.append(record("a"));
  await first.append(record("b"));
  const start = first.cursor;
  await first.advance((await first.read(1)).next);
  expect(await rest(first)).toEqual(["b"]);
  // Never back.
  await first.advance(start);
  expect(await rest(first)).toEqual(["b"]);
  await first.close();
  const second = opened(directory);
  expect(await rest(second)).toEqual(["b"]);
  await second.close();
  writeFileSync(join(directory, "cursor.json"), "{");
  const third = opened(directory);
  expect(await rest(third)).toEqual(["a", "b"]);
  await third.close();
});

test("at its bound the oldest is dropped and told of", async () => {
  const directory = temporaryDirectory();
  const dropped: string[] = [];
  const queue = opened(directory, {
    maxBytes: 1000,
    onDropped: (records) => dropped.push(...texts(records)),
  });
  const all = Array.from({ length: 100 }, (_, index) => `record ${index} of about fifty bytes, give or take`);
  for (const text of all) await queue.append(record(text));
  expect(onDisk(directory)).toBeLessThanOrEqual(1000);
  expect(dropped.length).toBeGreaterThan(70);
  expect([...dropped, ...(await rest(queue))]).toEqual(all);
  await queue.close();
});

test("what has been read already is dropped without a word, and a batch that was dropped meanwhile changes nothing", async () => {
  const dropped: string[] = [];
  const queue = opened(temporaryDirectory(), {
    maxBytes: 1000,
    onDropped: (records) => dropped.push(...texts(records)),
  });
  const long = "x".repeat(100);
  for (let index = 0; index < 4; index++) await queue.append(record(`${index}${long}`));
  const stale = await queue.read(1);
  await queue.advance((await queue.read(10_000)).next);
  for (let index = 4; index < 12; index++) await queue.append(record(`${index}${long}`));
  expect(dropped.map((text) => text.slice(0, 1))).not.toContain("0");
  const before = await rest(queue);
  await queue.advance(stale.next);
  expect(await rest(queue)).toEqual(before);
  await queue.close();
});

test("one that refuses says so, and takes again once there is room", async () => {
  const queue = opened(temporaryDirectory(), { maxBytes: 1000, whenFull: "refuse" });
  const long = "x".repeat(200);
  let taken = 0;
  await expect(async () => {
    for (;;) {
      await queue.append(record(long));
      taken++;
    }
  }).rejects.toBeInstanceOf(QueueFullError);
  expect(taken).toBe(4);
  expect(await rest(queue)).toHaveLength(4);
  for (let count = 0; count < 4; count++) await queue.advance((await queue.read(1)).next);
  expect(queue.waitingBytes).toBe(0);
  await queue.append(record(long));
  expect(await rest(queue)).toEqual([long]);
  await expect(queue.append(record("x".repeat(2000)))).rejects.toBeInstanceOf(QueueFullError);
  await queue.close();
});
