// A day in minutes: time goes by faster for server and sender alike, while retention by age and by size goes on as ever.
// Memory stays flat, the store within its bounds, and what is younger than the bounds is all there.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { printFigure, printGoal, printTitle } from "../report.ts";
import { Ledger } from "./ledger.ts";
import { RunningServer, sizeOf } from "./running.ts";

const DAY_MS = 86_400_000;
const KEPT_DAYS = 0.25;
const MOST_BYTES = 60_000_000;
/** The log: a checkpoint is due at 64 MB of records, which take about three times that there. */
const SLACK_BYTES = 200_000_000;
/** Retention looks once in a real minute. */
const ROUND_MS = 60_000;

const TEXT_BYTES = 200;
const SENDERS = 2;
const PAUSE_MS = 4;

export async function day(directory: string, minutes: number): Promise<void> {
  printTitle(`A day in ${minutes.toFixed(1)} minutes`);
  const speed = DAY_MS / (minutes * 60_000);
  const dataDir = join(directory, "day");
  const retention = { days: KEPT_DAYS, maxBytes: MOST_BYTES };
  await using server = await RunningServer.start({ dataDir, retention, speed });
  const began = Date.now();
  const now = () => began + (Date.now() - began) * speed;
  const ledger = new Ledger();
  const recent = new Ledger();
  const lastHour = began + DAY_MS - DAY_MS / 24;
  const [memory, sizes]: [number[], number[]] = [[], []];
  let failed = 0;
  const looking = setInterval(() => {
    memory.push(server.residentBytes);
    sizes.push(sizeOf(dataDir));
  }, 500).unref();
  const sender = async () => {
    for (let at = now(); at < began + DAY_MS; at = now()) {
      const isRecent = at >= lastHour;
      if ((await (isRecent ? recent : ledger).send(server.url, at, TEXT_BYTES)) !== 200) failed++;
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  clearInterval(looking);
  const { lost } = await recent.audit(server.url);
  const oldest = await oldestMs(server.url);
  await server.end("SIGTERM");
  const third = Math.floor(memory.length / 3);
  const most = (from: number, to?: number) => Math.max(0, ...memory.slice(from, to));
  printFigure("records acknowledged", ledger.acknowledged + recent.acknowledged, "");
  printFigure("most on disk", Math.max(...sizes) / 1e6, "MB");
  printFigure("on disk once closed", sizeOf(dataDir) / 1e6, "MB");
  printFigure("most memory", most(0) / 1e6, "MB");
  printGoal({ what: "refused", value: failed, atMost: 0, unit: "" });
  printGoal({ what: "lost of the last hour", value: lost, atMost: 0, unit: "" });
  const bound = KEPT_DAYS * 24 + (1.5 * ROUND_MS * speed) / 3_600_000;
  printGoal({
    what: "age of the oldest",
    value: (began + DAY_MS - oldest) / 3_600_000,
    atMost: Math.round(bound * 10) / 10,
    unit: "h",
  });
  printGoal({
    what: "most on disk",
    value: Math.max(...sizes) / 1e6,
    atMost: (MOST_BYTES + SLACK_BYTES) / 1e6,
    unit: "MB",
  });
  printGoal({
    what: "memory of the last third",
    to: "to the second",
    value: most(2 * third) / most(third, 2 * third),
    atMost: 1.25,
  });
}

async function oldestMs(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/export?signal=traces`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  const [, nano] = /"startTimeUnixNano":"(\d+)"/.exec(new TextDecoder().decode(value)) ?? [];
  return Number(BigInt(nano ?? 0) / 1_000_000n);
}
