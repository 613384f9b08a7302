// Whatever a journal has become since it was written, the server starts, stores what can be read of it, and moves the rest to
// where somebody may look at it.

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { encodeTracesProtobuf } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../backend.fixture.ts";
import type { TraceListResponse } from "../http/contract.ts";
import { startBackend } from "../index.ts";
import { DiskQueue } from "../queue/disk-queue.ts";
import { storedEntry } from "../queue/entry.ts";
import { newSpan, newTraceId, traces } from "../records.fixture.ts";

/** A journal as a crash leaves it, of these records. */
async function journalOf(records: readonly Uint8Array[][]): Promise<{ dataDir: string; segment: string }> {
  const dataDir = temporaryDirectory();
  const queue = DiskQueue.open(join(dataDir, "journal"), { maxBytes: 1e9, whenFull: "refuse" });
  for (const record of records) await queue.append(record);
  await queue.close();
  return { dataDir, segment: join(dataDir, "journal", "0000000001.segment") };
}

/** A request of a trace of one span. */
function request(): { traceId: string; record: Uint8Array[]; bytes: number } {
  const traceId = newTraceId();
  const body = encodeTracesProtobuf(traces([newSpan({ traceId })]));
  return {
    traceId,
    record: storedEntry({ signal: "traces", encoding: "protobuf", records: 1, body }),
    bytes: body.length,
  };
}

/** What a server finds and tells that starts there. */
async function started(dataDir: string): Promise<{ traceIds: string[]; told: string[] }> {
  const told: string[] = [];
  const backend = await startBackend({ dataDir, port: 0, onLog: ({ message }) => told.push(message) });
  const answer = await fetch(`${backend.url}/api/traces`);
  const { traces: rows } = (await answer.json()) as TraceListResponse;
  await backend.close();
  return { traceIds: rows.map(({ traceId }) => traceId).sort(), told };
}

const asideIn = (dataDir: string): Buffer[] => {
  const directory = join(dataDir, "unreadable");
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => readFileSync(join(directory, name)));
};

test.each([
  [
    "a request that does not decode",
    storedEntry({ signal: "traces", encoding: "json", records: 1, body: Buffer.from("{") }),
    "{",
  ],
  ["a record that is no request", [Buffer.from([7, 7, 7])], "\x07\x07\x07"],
])("%s is moved aside, told of once, and all others are stored", async (_, record, aside) => {
  const [before, after] = [request(), request()];
  const { dataDir } = await journalOf([before.record, record, after.record]);
  const { traceIds, told } = await started(dataDir);
  expect(traceIds).toEqual([before.traceId, after.traceId].sort());
  expect(asideIn(dataDir).map(String)).toEqual([aside]);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(join(dataDir, "unreadable", "journal-1-"));
  expect((await started(dataDir)).told).toEqual([]);
});

/** Turns a bit of the file at each of these places. */
function damageAt(segment: string, ...places: number[]): Buffer {
  const bytes = readFileSync(segment);
  for (const place of places) bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(segment, bytes);
  return bytes;
}

test("damaged requests alone are moved aside; those around them are stored, and how many is told", async () => {
  const requests = Array.from({ length: 7 }, request);
  const { dataDir, segment } = await journalOf(requests.map(({ record }) => record));
  const size = readFileSync(segment).length / requests.length;
  const bytes = damageAt(segment, 2 * size - 1, 4 * size - 1, 5 * size - 1);
  const { traceIds, told } = await started(dataDir);
  const whole = [0, 2, 5, 6].map((index) => requests[index]?.traceId);
  expect(traceIds).toEqual(whole.sort());
  expect(asideIn(dataDir)).toEqual([bytes.subarray(size, 2 * size), bytes.subarray(3 * size, 5 * size)]);
  expect(told).toHaveLength(2);
  expect(told[0]).toContain("The 3 behind them in their file are whole.");
  expect(told[1]).toContain("The 2 behind them in their file are whole.");
  expect((await started(dataDir)).told).toEqual([]);
});

test("where a length is damaged, what lies behind it is moved aside with it", async () => {
  const [before, damaged, after] = [request(), request(), request()];
  const { dataDir, segment } = await journalOf([before.record, damaged.record, after.record]);
  const size = readFileSync(segment).length / 3;
  const bytes = damageAt(segment, size);
  const { traceIds, told } = await started(dataDir);
  expect(traceIds).toEqual([before.traceId]);
  expect(asideIn(dataDir)).toEqual([bytes.subarray(size)]);
  expect(told).toHaveLength(1);
  expect((await started(dataDir)).told).toEqual([]);
});

test("damage that cannot be moved stays in the journal until it can", async () => {
  const [damaged, after] = [request(), request()];
  const { dataDir, segment } = await journalOf([damaged.record, after.record]);
  const size = readFileSync(segment).length / 2;
  const bytes = damageAt(segment, size - 1);
  const inTheWay = join(dataDir, "unreadable");
  writeFileSync(inTheWay, "");
  const first = await started(dataDir);
  expect(first.traceIds).toEqual([after.traceId]);
  expect(first.told).toEqual([expect.stringContaining("It stays in the journal")]);
  rmSync(inTheWay);
  const second = await started(dataDir);
  expect(second.traceIds).toEqual([after.traceId]);
  expect(asideIn(dataDir)).toEqual([bytes.subarray(0, size)]);
  expect((await started(dataDir)).told).toEqual([]);
});

test("what a crash interrupted is nobody's loss", async () => {
  const [whole, torn] = [request(), request()];
  const { dataDir, segment } = await journalOf([whole.record, torn.record]);
  truncateSync(segment, readFileSync(segment).length - 1);
  expect(await started(dataDir)).toEqual({ traceIds: [whole.traceId], told: [] });
});

test("zeros behind the last request, as a power failure leaves them, are nobody's loss", async () => {
  const [first, second] = [request(), request()];
  const { dataDir, segment } = await journalOf([first.record, second.record]);
  appendFileSync(segment, Buffer.alloc(8 * 1024 * 1024));
  const { traceIds, told } = await started(dataDir);
  expect(traceIds).toEqual([first.traceId, second.traceId].sort());
  expect([told, asideIn(dataDir)]).toEqual([[], []]);
});

test("zeros in place of a request are moved aside with what lies behind them", async () => {
  const [before, zeroed, after] = [request(), request(), request()];
  const { dataDir, segment } = await journalOf([before.record, zeroed.record, after.record]);
  const bytes = readFileSync(segment);
  const size = bytes.length / 3;
  bytes.fill(0, size, 2 * size);
  writeFileSync(segment, bytes);
  const { traceIds, told } = await started(dataDir);
  expect([traceIds, told.length]).toEqual([[before.traceId], 1]);
  expect(asideIn(dataDir)).toEqual([bytes.subarray(size)]);
});

test("a file of another program is moved aside, and requests go to new ones", async () => {
  const dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "journal"));
  const foreign = Buffer.from("This was never a journal.\n".repeat(100));
  appendFileSync(join(dataDir, "journal", "0000000001.segment"), foreign);
  appendFileSync(join(dataDir, "journal", "notes.txt"), "nor this");
  const { told } = await started(dataDir);
  expect(told).toHaveLength(1);
  expect(asideIn(dataDir)).toEqual([foreign]);
  expect(await started(dataDir)).toEqual({ traceIds: [], told: [] });
});
