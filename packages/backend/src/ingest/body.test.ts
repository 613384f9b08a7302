// Bodies in memory: whole whatever their pieces, no larger than they are, and only so many at a time.

import { PassThrough, Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readWhole } from "./body.ts";
import { BodyRoom } from "./body-room.ts";
import { BusyError } from "./busy-error.ts";

const asTheyAre = (bytes: Uint8Array) => bytes;

test("a body is its pieces in order, of whatever sizes, and whatever length is told", async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 9_000, size: "max" }), { maxLength: 40 });
  const isTold = fc.oneof(fc.constant("not"), fc.constant("right"), fc.integer({ min: 1, max: 400_000 }));
  await fc.assert(
    fc.asyncProperty(pieces, isTold, async (parts, how) => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const told = how === "not" ? 0 : how === "right" ? length : (how as number);
      const stream = Readable.from(parts.map((part) => Buffer.from(part)));
      const body = await readWhole(stream, asTheyAre, { told });
      expect(Buffer.from(body).equals(Buffer.concat(parts))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("where the length is told, the pieces are free at once, and what is made for the body counts from the first", async () => {
  const room = new BodyRoom(1_000);
  const [first, second] = [new PassThrough(), new PassThrough()];
  const givenUp = readWhole(first, asTheyAre, { told: 700, room });
  const whole = readWhole(second, asTheyAre, { told: 400, room });
  first.emit("data", Buffer.alloc(1));
  second.emit("data", Buffer.alloc(1));
  await expect(givenUp).rejects.toBeInstanceOf(BusyError);
  second.end(Buffer.alloc(399));
  expect((await whole).buffer.byteLength).toBe(400);
});

test("a body of single bytes takes about as much memory as it has bytes", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const count = 300_000;
  const stream = new PassThrough();
  const reading = readWhole(stream, asTheyAre);
  collectGarbage();
  const before = process.memoryUsage();
  for (let i = 0; i < count; i++) stream.emit("data", Buffer.from([i & 255]));
  collectGarbage();
  const after = process.memoryUsage();
  const gained = after.heapUsed + after.external - before.heapUsed - before.external;
  expect(gained / count).toBeLessThan(10);
  stream.end();
  expect((await reading).length).toBe(count);
});

test("where more arrives than there is room for, the body that has come for longest gives way", async () => {
  const room = new BodyRoom(1_000);
  const start = () => {
    const stream = new PassThrough();
    return { stream, body: readWhole(stream, asTheyAre, { room }) };
  };
  const [slow, whole, late] = [start(), start(), start()];
  slow.stream.emit("data", Buffer.alloc(600));
  late.stream.emit("data", Buffer.alloc(300));
  whole.stream.end(Buffer.alloc(50));
  expect(await whole.body).toHaveLength(50);
  late.stream.end(Buffer.alloc(200));
  await expect(slow.body).rejects.toBeInstanceOf(BusyError);
  expect(await late.body).toHaveLength(500);
  // All of them have left.
  const next = start();
  next.stream.end(Buffer.alloc(1_000));
  expect(await next.body).toHaveLength(1_000);
});

test("a body is held until it has been read, and is then not given up", async () => {
  const room = new BodyRoom(1_000);
  const release = Promise.withResolvers<Uint8Array>();
  const held = readWhole(Readable.from([Buffer.alloc(800)]), () => release.promise, { room });
  await new Promise((resolve) => setImmediate(resolve));
  const second = readWhole(Readable.from([Buffer.alloc(300)]), asTheyAre, { room });
  await expect(second).rejects.toBeInstanceOf(BusyError);
  release.resolve(new Uint8Array(1));
  expect(await held).toHaveLength(1);
  expect(await readWhole(Readable.from([Buffer.alloc(1_000)]), asTheyAre, { room })).toHaveLength(1_000);
});
