// What a server is told by files: its settings, and in the data directory destinations and tokens. It does not start with
// what it cannot read of these.
import { listTokens, readSavedDestinations, readSettings } from "@enterspan/backend";
import { here } from "../commands/report.ts";
import { messageOf } from "../errors.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The settings file, where there is one, and what the environment adds. Nothing is found where neither says anything. */
export function lookAtSettings(path: string | undefined): Finding[] {
  const what = "Settings";
  try {
    const { destinations, sampling } = readSettings(path, process.env);
    if (path === undefined && destinations.length === 0) return [];
    const names = destinations.map(({ name }) => name).join(", ");
    const seen = [names ? `destinations ${names}` : "no destinations", sampling ? "tail sampling" : ""];
    return [ok(what, [path === undefined ? "environment" : here(path), ...seen.filter(Boolean)].join(", "))];
  } catch (error) {
    return [fail(what, messageOf(error), "Mend it, the line above says where.")];
  }
}

/** Files of a data directory besides the store; those that are well are not worth a line. */
export function lookAtOwnFiles(dataDir: string): Finding[] {
  const findings: Finding[] = [];
  try {
    readSavedDestinations(dataDir);
  } catch (error) {
    findings.push(
      fail("Destinations", messageOf(error), "Without it the destinations have to be made again."),
    );
  }
  listTokens(dataDir, (message) => {
    findings.push(warn("Tokens", message, "Delete the file, and make another with: enterspan token"));
  });
  return findings;
}
