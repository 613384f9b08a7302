// The disk fills up and is made room on while the server runs: it says so to its senders, works again by itself, and has all
// that it acknowledged. The disk is a small tmpfs where one may be mounted; else its stand-in is RLIMIT_FSIZE, which lets
// no file grow beyond a size.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { printFigure, printGoal, printTitle } from "../report.ts";
import { Ledger } from "./ledger.ts";
import { RunningServer } from "./running.ts";

const DISK_BYTES = 192 * 1024 * 1024;
/** What a filler leaves, or the limit of a file. */
const ROOM_BYTES = 48 * 1024 * 1024;
const TEXT_BYTES = 2_000;
/** Requests that are refused before room is made: the server shall have tried more than once. */
const REFUSALS = 30;
/** Each refusal takes as long as DuckDB needs to open the file and its log again: one to four seconds. */
const GIVE_UP_MS = 240_000;

interface Disk {
  what: string;
  dataDir: string;
  before: string;
  /** Makes room. */
  free(server: RunningServer): void;
  remove(): void;
}

export async function diskFull(directory: string): Promise<void> {
  const disk = smallDisk(directory) ?? limitedFiles(directory);
  printTitle(`Disk full (${disk.what})`);
  try {
    const ledger = new Ledger();
    await using server = await RunningServer.start({ dataDir: disk.dataDir }, disk.before);
    const refused = await fill(ledger, server);
    printFigure("records acknowledged until it was full", ledger.acknowledged, "");
    const alive = await fetch(`${server.url}/metrics`)
      .then(({ status }) => status === 200)
      .catch(() => false);
    disk.free(server);
    const freed = performance.now();
    while ((await ledger.send(server.url)) !== 200 && performance.now() - freed < GIVE_UP_MS) await sleep(50);
    printFigure("until it took records again", performance.now() - freed, "ms");
    await ledger.settle(server.url);
    for (let i = 0; i < 100; i++) await ledger.send(server.url);
    await server.end("SIGKILL");
    await using again = await RunningServer.start({ dataDir: disk.dataDir });
    const { lost, doubled } = await ledger.audit(again.url);
    await again.end("SIGTERM");
    const clear = ledger.refusals.get(503) ?? 0;
    printFigure(
      "answers while it was full",
      refused,
      "",
      0,
      [...ledger.refusals].map(([status, count]) => `${count} × ${status}`).join(", "),
    );
    printGoal({
      what: "refusals that say 503 or 429",
      value: (clear + (ledger.refusals.get(429) ?? 0)) / refused,
      atLeast: 1,
      unit: "of all",
    });
    printGoal({ what: "answers other questions meanwhile", value: Number(alive), atLeast: 1, unit: "" });
    printGoal({ what: "lost", value: lost, atMost: 0, unit: "" });
    printGoal({ what: "doubled", value: doubled, atMost: 0, unit: "" });
  } finally {
    disk.remove();
  }
}

/** Sends until the server has refused some; how many answers were no acknowledgement. */
async function fill(ledger: Ledger, server: RunningServer): Promise<number> {
  const began = performance.now();
  let refused = 0;
  while (refused < REFUSALS) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error("The disk did not fill up");
    const status = await ledger.send(server.url, Date.now(), TEXT_BYTES);
    if (status === undefined) throw new Error("The server did not answer while its disk filled up");
    if (status !== 200) refused++;
  }
  return refused;
}

function smallDisk(directory: string): Disk | undefined {
  const mount = join(directory, "disk");
  mkdirSync(mount);
  const options = ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "none", mount];
  if (spawnSync("mount", options).status !== 0) return undefined;
  const filler = join(mount, "filler");
  writeFileSync(filler, Buffer.alloc(DISK_BYTES - ROOM_BYTES));
  return {
    what: `a tmpfs of ${DISK_BYTES / 1024 / 1024} MiB`,
    dataDir: join(mount, "data"),
    before: "",
    free: () => rmSync(filler),
    remove: () => void spawnSync("umount", ["-l", mount]),
  };
}

function limitedFiles(directory: string): Disk {
  return {
    what: "a limit of the size of files in its place, as no tmpfs can be mounted",
    dataDir: join(directory, "limited"),
    // In blocks of 512 bytes; the signal would end the process, where a full disk gives an error.
    before: `trap '' XFSZ; ulimit -S -f ${ROOM_BYTES / 512};`,
    free: ({ pid }) => void spawnSync("prlimit", ["--pid", String(pid), "--fsize=unlimited"]),
    remove: () => {},
  };
}
