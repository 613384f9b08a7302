// What the backend survives: kills under load, a full disk, slow clients, many connections, a day of data. README.md says
// what each figure means.
//
//   npm run soak -- [--minutes 12] [kills|disk|slow|connections|day …]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printSummary } from "./report.ts";
import { connections, slowClients } from "./soak/connections.ts";
import { day } from "./soak/day.ts";
import { diskFull } from "./soak/disk-full.ts";
import { kills } from "./soak/kills.ts";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "12" } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error("--minutes takes a number above 0.");

const directory = mkdtempSync(join(tmpdir(), "enterspan-soak-"));

/** Kills and the day share the time; the others take about two minutes together. */
const PARTS: Record<string, (share: number) => Promise<void>> = {
  kills: (share) => kills(join(directory, "kills"), share),
  disk: () => diskFull(directory),
  slow: () => slowClients(join(directory, "slow")),
  connections: () => connections(join(directory, "connections")),
  day: (share) => day(directory, share),
};

const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const share = wanted.length === 1 ? minutes : Math.max(minutes - 2, minutes / 2) / 2;
try {
  for (const name of wanted) {
    const part = PARTS[name];
    if (!part) throw new Error(`There is no ${name}; there are ${Object.keys(PARTS).join(", ")}.`);
    await part(share);
  }
  printSummary();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
