// What the backend takes: durable spans a second with the sender beside it, against decoding and inserting measured
// alone in the same run. README.md says what each figure means.
//
//   npm run bench:ingest [-- sustained]
import type { Order } from "./ingest/alone.ts";
import type { Encoding } from "./ingest/batches.ts";
import type { Load, Sent } from "./ingest/sender.ts";
import type { Order as Until, Usage } from "./ingest/server.ts";
import { Process } from "./processes.ts";
import { median } from "./ratios.ts";
import { printFigure, printGoal, printSummary, printTitle } from "./report.ts";

const ROUNDS = 7;
const ALONE_SECONDS = 1;
const ROUND_SECONDS = process.argv[2] === "sustained" ? 60 : 6;
const WARM_UP_SECONDS = 3;
const HALF_RATE_SECONDS = 10;

const GOALS = { protobuf: 100_000, json: 60_000 } as const;
const ENCODINGS = ["protobuf", "json"] as const;

const flags = ["--conditions=@enterspan/source"];
const start = (name: string, ...args: string[]) =>
  Process.start(new URL(`./ingest/${name}.ts`, import.meta.url), args, flags);

interface Round {
  perSecond: number;
  /** One span's time through the parts alone, over its time through the whole. */
  ofParts: number;
  serverUs: number;
  /** At most. */
  residentBytes: number;
}

const alone = await start("alone");
const server = await start("server");
const sender = await start("sender", String(server.said));
try {
  const rounds: Record<Encoding, Round[]> = { protobuf: [], json: [] };
  const parts: Record<Order["do"], number[]> = { protobuf: [], json: [], insert: [] };
  for (const encoding of ENCODINGS) await load({ encoding, seconds: WARM_UP_SECONDS });
  for (let round = 0; round < ROUNDS; round++) {
    const insert = await measure("insert");
    for (const encoding of ENCODINGS) {
      const decode = await measure(encoding);
      const { sent, used } = await load({ encoding, seconds: ROUND_SECONDS });
      const perSecond = sent.spans / sent.seconds;
      rounds[encoding].push({
        perSecond,
        ofParts: perSecond * (1 / decode + 1 / insert),
        serverUs: used.cpuUs / sent.spans,
        residentBytes: used.residentBytes,
      });
    }
  }
  printTitle("Alone");
  printFigure("decode protobuf", median(parts.protobuf), "spans/s");
  printFigure("decode JSON", median(parts.json), "spans/s");
  printFigure("insert", median(parts.insert), "spans/s");
  for (const encoding of ENCODINGS) {
    const of = (figure: keyof Round) => median(rounds[encoding].map((round) => round[figure]));
    printTitle(`Received as ${encoding}, answered when durable`);
    printFigure("processor time of the server", of("serverUs"), "µs/span", 1);
    printGoal({ what: "rate", value: of("perSecond"), atLeast: GOALS[encoding], unit: "spans/s" });
    printGoal({ what: "rate", to: "to decoding and inserting alone", value: of("ofParts"), atLeast: 0.6 });
    const most = Math.max(...rounds[encoding].map(({ residentBytes }) => residentBytes));
    printGoal({ what: "resident memory, at most", value: most / 1e6, atMost: 600, unit: "MB" });
  }
  await halfRate(median(rounds.protobuf.map(({ perSecond }) => perSecond)) / 2);
  const { diskBytes, stored } = await server.ask<Usage>({ close: true });
  printTitle(`After ${stored} spans`);
  printGoal({ what: "on disk, once closed", value: diskBytes / stored, atMost: 80, unit: "B/span" });
  printSummary();

  async function measure(what: Order["do"]): Promise<number> {
    const perSecond = await alone.ask({ do: what, seconds: ALONE_SECONDS } satisfies Order);
    parts[what].push(perSecond);
    return perSecond;
  }
} finally {
  await sender.stop();
  await server.stop();
  await alone.stop();
}

/**
 * Fails when not every acknowledged span is counted as stored. What was acknowledged before it was stored is waited for, and
 * the time that takes counts.
 */
async function load(order: Load): Promise<{ sent: Sent; used: Pick<Usage, "cpuUs" | "residentBytes"> }> {
  const before = await server.ask<Usage>({});
  const sent = await sender.ask<Sent>(order);
  const began = performance.now();
  const after = await server.ask<Usage>({ stored: before.stored + sent.spans } satisfies Until);
  const seconds = sent.seconds + (performance.now() - began) / 1000;
  const stored = after.stored - before.stored;
  if (stored !== sent.spans) throw new Error(`${sent.spans} spans were acknowledged, ${stored} stored`);
  return {
    sent: { ...sent, seconds },
    used: { cpuUs: after.cpuUs - before.cpuUs, residentBytes: after.residentBytes },
  };
}

async function halfRate(rate: number): Promise<void> {
  const { sent } = await load({ encoding: "protobuf", seconds: HALF_RATE_SECONDS, rate });
  printTitle("Acknowledgement at half the rate");
  printFigure("rate", sent.spans / sent.seconds, "spans/s");
  printFigure("p50", sent.p50Ms, "ms");
  printGoal({ what: "p99", value: sent.p99Ms, atMost: 100, unit: "ms" });
}
