// kill -9, and now and then an ordinary stop, under load and on one data directory: nothing acknowledged may be lost, nothing
// that was sent again may be there twice.
import { setTimeout as sleep } from "node:timers/promises";
import { printFigure, printGoal, printTitle } from "../report.ts";
import { Ledger } from "./ledger.ts";
import { RunningServer } from "./running.ts";

const SENDERS = 6;
const MOST_KILLS = 100;

/** A load between two ends: some are over before the first commit, some after a checkpoint. */
const SHORTEST_MS = 20;
const LONGEST_MS = 1_500;

/** Every so many ends, the server is asked to stop. */
const STOP_EVERY = 10;

export async function kills(dataDir: string, minutes: number): Promise<void> {
  printTitle("Killed under load");
  const ledger = new Ledger();
  const until = performance.now() + minutes * 60_000;
  let [killed, stopped] = [0, 0];
  while (killed < MOST_KILLS && (performance.now() < until || killed === 0)) {
    await using server = await RunningServer.start({ dataDir });
    let isEnding = false;
    const senders = Array.from({ length: SENDERS }, async () => {
      while (!isEnding) await ledger.send(server.url);
    });
    await sleep(SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS));
    const isStop = (killed + stopped) % STOP_EVERY === STOP_EVERY - 1;
    const ended = server.end(isStop ? "SIGTERM" : "SIGKILL");
    isEnding = true;
    await Promise.all([ended, ...senders]);
    if (isStop) stopped++;
    else killed++;
  }
  await using server = await RunningServer.start({ dataDir });
  await ledger.settle(server.url);
  const { lost, doubled, stored } = await ledger.audit(server.url);
  await server.end("SIGTERM");
  printFigure("records acknowledged", ledger.acknowledged, "");
  printFigure("records stored", stored, "");
  printFigure("ordinary stops in between", stopped, "");
  printGoal({ what: "kills", value: killed, atLeast: MOST_KILLS, unit: "" });
  printGoal({ what: "lost", value: lost, atMost: 0, unit: "" });
  printGoal({ what: "doubled", value: doubled, atMost: 0, unit: "" });
}
