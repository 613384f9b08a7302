// What receiving rests on, each part by itself and without anything beside it: decoding requests, and storing what has
// been decoded already in full transactions. Answers with the spans a second of each.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDbStore } from "../../packages/backend/src/store/duckdb/duckdb-store.ts";
import {
  decodeTracesJsonTable,
  decodeTracesProtobufTable,
  type SpanTable,
} from "../../packages/otlp/src/index.ts";
import { type Batch, batchesOf, type Encoding, SPANS } from "./batches.ts";

export interface Order {
  do: Encoding | "insert";
  seconds: number;
}

/** As many as share a transaction when they arrive faster than they are stored. */
const REQUESTS_PER_WRITE = 16;

const DECODE: Record<Encoding, (body: Uint8Array) => SpanTable> = {
  protobuf: decodeTracesProtobufTable,
  json: decodeTracesJsonTable,
};

const dataDir = await mkdtemp(join(tmpdir(), "enterspan-bench-"));
const store = await DuckDbStore.open(dataDir);
const batches = { protobuf: batchesOf("protobuf"), json: batchesOf("json") };
let nonce = 0;

process.on("message", async (order: Order) => {
  process.send?.(await (order.do === "insert" ? insert(order.seconds) : decode(order.do, order.seconds)));
});
process.on("disconnect", async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit();
});
process.send?.(0);

function decode(encoding: Encoding, seconds: number): number {
  const start = performance.now();
  let spans = 0;
  while (performance.now() - start < seconds * 1000) {
    for (const { body } of batches[encoding]) spans += DECODE[encoding](body).rows;
  }
  return (spans * 1000) / (performance.now() - start);
}

/** The time that preparing takes does not count. */
async function insert(seconds: number): Promise<number> {
  let ms = 0;
  let spans = 0;
  while (ms < seconds * 1000) {
    const requests = Array.from({ length: REQUESTS_PER_WRITE }, (_, at) => {
      const batch = batches.protobuf[at % batches.protobuf.length] as Batch;
      batch.renew(nonce++, Date.now());
      return { spans: decodeTracesProtobufTable(batch.body), logs: [] };
    });
    const start = performance.now();
    const stored = await store.write(requests);
    ms += performance.now() - start;
    if (stored.spans !== REQUESTS_PER_WRITE * SPANS) throw new Error("Not every span was stored");
    spans += stored.spans;
  }
  return (spans * 1000) / ms;
}
