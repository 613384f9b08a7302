// Bodies damaged at random: every decoder takes them or refuses them, quickly and in its own words, and what is taken is
// OTLP for protobufjs too. FUZZ_MS makes each test go on for longer, FUZZ_SEED begins elsewhere, or repeats a run.

import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ELEMENTS, OtlpDecodeError, OtlpTooLargeError } from "./error.ts";
import { decodeLogsJson, encodeLogsJson } from "./json/logs.ts";
import { parse } from "./json/read.ts";
import { decodeTracesJson, encodeTracesJson } from "./json/spans.ts";
import { logsData, tracesData } from "./messages.fixture.ts";
import { countMetricsJson, countMetricsProtobuf } from "./metrics.ts";
import { decodeLogsProtobuf, encodeLogsProtobuf } from "./protobuf/logs.ts";
import { decodeTracesProtobuf, encodeTracesProtobuf } from "./protobuf/spans.ts";
import { decodeWithPeer } from "./protobufjs.fixture.ts";
import { randomOf } from "./random.fixture.ts";
import { decodeTracesJsonTable, tableOfJson } from "./table/from-json.ts";
import { decodeTracesProtobufTable } from "./table/from-protobuf.ts";
import { outcomeOf } from "./table/span-table.fixture.ts";
import type { SpanTable } from "./table/span-table.ts";

const FUZZ_MS = Number(process.env.FUZZ_MS ?? 1_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Of processor time, for one body; the samples are below 10 kB and decode in well under a millisecond. */
const SLOW_MS = 1_000;

type Damage = (bytes: Buffer, random: () => number) => Buffer;

const JSON_BYTES = Buffer.from('{}[]",:\\ \n019-+.eEtfnu');

const DAMAGES: readonly Damage[] = [
  (bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length)),
  (bytes, random) => {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    return bytes;
  },
  (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    return bytes;
  },
  // A piece said again, such as a whole span or half a length.
  (bytes, random) => {
    const [from, to] = [random(), random()]
      .map((place) => Math.floor(place * bytes.length))
      .sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const [from, to] = [random(), random()]
      .map((place) => Math.floor(place * bytes.length))
      .sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  // Lengths and numbers of the largest kind.
  (bytes, random) =>
    bytes.fill(0xff, Math.floor(random() * bytes.length), Math.floor(random() * bytes.length)),
  // What means something in JSON, in place of another byte or beside it.
  (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    const byte = JSON_BYTES.subarray(Math.floor(random() * JSON_BYTES.length)).subarray(0, 1);
    return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at + Math.floor(random() * 2))]);
  },
];

interface Format {
  samples: Uint8Array[];
  /** The second takes what the first takes. */
  decoders: ReadonlyArray<(body: Uint8Array) => unknown>;
  peer: (body: Uint8Array) => unknown;
  /** Two ways to the same table or the same error. */
  ways?: readonly [(body: Uint8Array) => SpanTable, (body: Uint8Array) => SpanTable];
}

const FORMATS: Record<string, Format> = {
  "traces as protobuf": {
    samples: fc.sample(tracesData, { numRuns: 40, seed: SEED }).map(encodeTracesProtobuf),
    decoders: [decodeTracesProtobuf, decodeTracesProtobufTable, countMetricsProtobuf],
    peer: (body: Uint8Array) => decodeWithPeer("TracesData", body),
  },
  "logs as protobuf": {
    samples: fc.sample(logsData, { numRuns: 40, seed: SEED }).map(encodeLogsProtobuf),
    decoders: [decodeLogsProtobuf],
    peer: (body: Uint8Array) => decodeWithPeer("LogsData", body),
  },
  "traces as JSON": {
    samples: fc
      .sample(tracesData, { numRuns: 40, seed: SEED })
      .map((data) => Buffer.from(encodeTracesJson(data))),
    decoders: [decodeTracesJson, decodeTracesJsonTable, countMetricsJson],
    ways: [decodeTracesJsonTable, (body) => tableOfJson(parse(body))],
    peer: (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()),
  },
  "logs as JSON": {
    samples: fc
      .sample(logsData, { numRuns: 40, seed: SEED })
      .map((data) => Buffer.from(encodeLogsJson(data))),
    decoders: [decodeLogsJson],
    peer: (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()),
  },
};

test.each(Object.entries(FORMATS))("damaged %s", { timeout: FUZZ_MS + 60_000 }, (_, format) => {
  const random = randomOf(SEED);
  const until = performance.now() + FUZZ_MS;
  let taken = 0;
  let refused = 0;
  while (performance.now() < until || taken + refused < 200) {
    let body: Buffer = Buffer.from(format.samples[Math.floor(random() * 40)] as Uint8Array);
    for (let count = 1 + Math.floor(random() * 3); count > 0 && body.length > 0; count--) {
      body = (DAMAGES[Math.floor(random() * DAMAGES.length)] as Damage)(body, random);
    }
    const whole = Buffer.from(body);
    const outcomes = format.decoders.map((decode) => takes(decode, body));
    if (format.ways) {
      const [one, other] = format.ways.map((decode) => outcomeOf(() => decode(body)));
      expect(one, `FUZZ_SEED=${SEED}: ${body.toString("hex")}`).toEqual(other);
    }
    expect(body.equals(whole), "decoders do not write").toBe(true);
    const [first, second = first] = outcomes;
    expect(second, `FUZZ_SEED=${SEED}: ${body.toString("hex")}`).toBe(first);
    if (first) {
      taken++;
      expect(() => format.peer(body), `FUZZ_SEED=${SEED}: ${body.toString("hex")}`).not.toThrow();
    } else refused++;
  }
  expect(refused).toBeGreaterThan(10);
});

/** False where it refuses. @throws what is not said in a decoder's own words, or late. */
function takes(decode: (body: Uint8Array) => unknown, body: Uint8Array): boolean {
  const before = process.threadCpuUsage();
  try {
    decode(body);
    return true;
  } catch (error) {
    if (!(error instanceof OtlpDecodeError) && !(error instanceof OtlpTooLargeError)) throw error;
    return false;
  } finally {
    expect(process.threadCpuUsage(before).user / 1e3).toBeLessThan(SLOW_MS);
  }
}

test.each(Object.entries(FORMATS))("%s that nest, repeat or swell without end", (_, { decoders }) => {
  const nested = (depth: number) => {
    let body = Buffer.alloc(0);
    for (let level = 0; level < depth && body.length < 8_000_000; level++) {
      const length: number[] = [];
      let rest = body.length;
      for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
      body = Buffer.concat([
        Buffer.from([[10, 18, 18, 74, 18, 42][level % 6] as number, ...length, rest]),
        body,
      ]);
    }
    return body;
  };
  const bodies = [
    nested(2_000),
    Buffer.from(`${"[".repeat(100_000)}`),
    Buffer.from(`{"resourceSpans":${'[{"scopeSpans":'.repeat(20_000)}`),
    Buffer.alloc(2 * MAX_ELEMENTS + 2, Buffer.from([10, 0])),
    Buffer.alloc(1_000_000, 0x80),
    Buffer.alloc(1_000_000, '"\\'),
  ];
  for (const body of bodies) {
    for (const decode of decoders) {
      try {
        decode(body);
      } catch (error) {
        expect(error instanceof OtlpDecodeError || error instanceof OtlpTooLargeError).toBe(true);
      }
    }
  }
});
