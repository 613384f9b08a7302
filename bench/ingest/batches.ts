// The fixed input: requests of 512 spans of 8 attributes, encoded once. Before each sending the ids and times in the bytes
// are overwritten, so that every span is new and the sender spends next to nothing.
import { encodeTracesJson, encodeTracesProtobuf, type Span } from "../../packages/otlp/src/index.ts";
import { COLOS, type Random, spanAt, text } from "../spans.ts";

export type Encoding = "protobuf" | "json";

export const SPANS = 512;
const SPANS_PER_TRACE = 8;

/** Different requests, so that what compresses is each column's kind of content and not the same request again. */
const BATCHES = 8;

export class Batch {
  readonly body: Buffer;
  readonly #encoding: Encoding;
  readonly #traceIds: number[] = [];
  readonly #times: number[] = [];
  readonly #offsetsNano: bigint[] = [];

  constructor(encoding: Encoding, number: number) {
    const spans = spansOf(number);
    const scope = { name: "orders", version: "1.4.0", attributes: [], droppedAttributesCount: 0 };
    const data = {
      resourceSpans: [
        {
          resource: { attributes: RESOURCE, droppedAttributesCount: 0 },
          scopeSpans: [{ scope, spans, schemaUrl: "" }],
          schemaUrl: "",
        },
      ],
    };
    this.#encoding = encoding;
    this.body = Buffer.from(encoding === "json" ? encodeTracesJson(data) : encodeTracesProtobuf(data));
    this.#locate(spans);
  }

  /** Makes every span one that was never sent: `nonce` goes into the trace ids, the spans end before `nowMs`. */
  renew(nonce: number, nowMs: number): void {
    const text = nonce.toString(16).padStart(8, "0");
    for (const at of this.#traceIds) {
      if (this.#encoding === "json") this.body.write(text, at, "latin1");
      else this.body.writeUInt32BE(nonce, at);
    }
    const now = BigInt(nowMs) * 1_000_000n;
    this.#times.forEach((at, index) => {
      const nano = now - (this.#offsetsNano[index] as bigint);
      if (this.#encoding === "json") this.body.write(String(nano), at, "latin1");
      else this.body.writeBigUInt64LE(nano, at);
    });
  }

  /** Finds ids and times in the order in which both encoders write them. */
  #locate(spans: readonly Span[]): void {
    let at = 0;
    const find = (wanted: Buffer) => {
      at = this.body.indexOf(wanted, at);
      if (at < 0) throw new Error("An encoder no longer writes what the benchmark looks for");
      return at;
    };
    for (const span of spans) {
      this.#traceIds.push(find(this.#bytesOfId(span.traceId)));
      for (const time of [span.startTimeUnixNano, span.endTimeUnixNano]) {
        this.#times.push(find(this.#bytesOfTime(time)));
        this.#offsetsNano.push(LATEST - time);
        at++;
      }
    }
  }

  #bytesOfId(id: string): Buffer {
    return this.#encoding === "json" ? Buffer.from(id) : Buffer.from(id, "hex");
  }

  #bytesOfTime(nano: bigint): Buffer {
    if (this.#encoding === "json") return Buffer.from(String(nano));
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(nano);
    return bytes;
  }
}

export const batchesOf = (encoding: Encoding): Batch[] =>
  Array.from({ length: BATCHES }, (_, number) => new Batch(encoding, number));

const LATEST = 1_767_225_600_000_000_000n;

const RESOURCE = [
  text("service.name", "orders"),
  text("service.version", "2026-11-20"),
  text("cloud.provider", "cloudflare"),
  text("cloud.platform", "cloudflare.workers"),
  text("telemetry.sdk.name", "enterspan"),
  text("deployment.environment.name", "production"),
];

const NAMES = [
  "fetchHandler",
  "kv_get",
  "d1_all",
  "cart.load",
  "price.compute",
  "kv_put",
  "r2_get",
  "render",
];

function spansOf(batch: number): Span[] {
  const random = randomOf(batch + 1);
  const hex = (digits: number) =>
    Array.from({ length: digits / 8 }, () =>
      random(2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    ).join("");
  const spans: Span[] = [];
  let traceId = "";
  let root = "";
  let traceStart = 0n;
  for (let index = 0; index < SPANS; index++) {
    const place = index % SPANS_PER_TRACE;
    const spanId = hex(16);
    if (place === 0) {
      traceId = hex(32);
      root = spanId;
      traceStart = LATEST - BigInt(1_000_000_000 - index * 1_500_000 - random(1_000_000));
    }
    const span = spanAt(
      {
        traceId,
        spanId,
        parentSpanId: place === 0 ? "" : root,
        name: NAMES[place] as string,
        beginUnixNano: traceStart,
        index: place,
        colo: COLOS[random(COLOS.length)] as string,
        user: `user-${random(100_000)}`,
      },
      random,
    );
    spans.push(span);
  }
  return spans;
}

/** The same numbers in every run: a linear congruential generator, of which the high bits are used. */
function randomOf(seed: number): Random {
  let state = BigInt(seed) * 2_862_933_555_777_941_757n;
  return (below) => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number((state >> 33n) % BigInt(below));
  };
}
