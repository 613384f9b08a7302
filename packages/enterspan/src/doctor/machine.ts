// What telemetry needs of this machine: ports, a directory with room, a store that can be read, a server that answers, a
// clock that is right.
import { access, constants, lstat, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { type Inspection, inspectDataDir } from "@enterspan/backend";
import { here } from "../commands/report.ts";
import { messageOf } from "../errors.ts";
import { tokenHeaders } from "../tokens.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const LOOPBACK = "127.0.0.1";

/** A checkpoint needs as much; below it a server says that it is not ready. */
const LEAST_BYTES = 100e6;
/** Some millions of spans. */
const ENOUGH_BYTES = 1e9;

const ANSWER_MS = 5_000;

/** Traces of two machines whose clocks are further apart than this do not line up. */
const SKEW_MS = 1_000;
/** The `Date` header has whole seconds. */
const DATE_PRECISION_MS = 1_000;

export async function lookAtPort(what: string, port: number, flag: string): Promise<Finding> {
  if (port === 0) return ok(what, "any that is free");
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, LOOPBACK, () => resolve());
    });
    return ok(what, `${port} is free`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" && (await isOurs(port)))
      return ok(what, `an enterspan server has ${port} already`);
    const mend = `Choose another with ${flag} PORT, or any free one with ${flag} 0.`;
    if (code === "EADDRINUSE") return fail(what, `${port} is taken by another program`, mend);
    return fail(what, `${port} cannot be used (${code})`, mend);
  } finally {
    server.close();
  }
}

async function isOurs(port: number): Promise<boolean> {
  const answer = await ask(`http://${LOOPBACK}:${port}/readyz`).catch(() => undefined);
  const body = (await answer?.json().catch(() => undefined)) as { checks?: object } | undefined;
  return body?.checks !== undefined;
}

const ask = (url: string) =>
  fetch(url, { headers: tokenHeaders("read"), signal: AbortSignal.timeout(ANSWER_MS), redirect: "manual" });

export async function lookAtDataDir(dataDir: string): Promise<Finding> {
  const what = "Data directory";
  const mend = "Mend its permissions, or choose another with --data DIR.";
  // It is made when it is needed; then what it is made in counts.
  let existing = dataDir;
  try {
    while (!(await isThere(existing)) && dirname(existing) !== existing) existing = dirname(existing);
    if (!(await stat(existing)).isDirectory()) {
      return fail(what, `${here(existing)} is a file`, "Move it away, or choose another with --data DIR.");
    }
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    const seen = `${here(dataDir)}${existing === dataDir ? "" : " (will be made)"}, ${(bavail * bsize) / 1e9 < 10 ? `${Math.floor((bavail * bsize) / 1e6)} MB` : `${Math.floor((bavail * bsize) / 1e9)} GB`} free`;
    const room = "Make room, keep less with --max-size, or choose another with --data DIR.";
    if (bavail * bsize < LEAST_BYTES) return fail(what, seen, room);
    return bavail * bsize < ENOUGH_BYTES ? warn(what, seen, room) : ok(what, seen);
  } catch (error) {
    return fail(what, messageOf(error), mend);
  }
}

/** Also a link that leads nowhere, as no directory can be made in its place. */
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
      throw error;
    },
  );

export async function lookAtStore(dataDir: string): Promise<{ finding: Finding; url?: string | undefined }> {
  const inspection = await inspectDataDir(dataDir);
  const url = inspection.state === "held" ? inspection.url : undefined;
  return { finding: findingOf(inspection, dataDir), url };
}

function findingOf(inspection: Inspection, dataDir: string): Finding {
  const what = "Store";
  switch (inspection.state) {
    case "missing":
      return ok(what, "empty, nothing has been kept yet");
    case "held": {
      const { pid, url } = inspection;
      return ok(
        what,
        `in use by ${pid === undefined ? "another process" : `process ${pid}`}${url ? `, serving ${url}` : ""}`,
      );
    }
    case "unreadable":
      return fail(
        what,
        inspection.reason,
        `Restore ${here(dataDir)} from a backup, or move it away to start empty.`,
      );
    case "idle": {
      const { version, currentVersion, spans, logs, bytes, isWhole } = inspection;
      const size = `${spans.toLocaleString("en")} spans and ${logs.toLocaleString("en")} logs in ${Math.ceil(bytes / 1e6)} MB`;
      if (version > currentVersion)
        return fail(
          what,
          `version ${version}, newer than this program's ${currentVersion}`,
          "Run: npm install -D enterspan@latest",
        );
      const seen = `version ${version}, ${size}`;
      if (!isWhole)
        return warn(
          what,
          `${seen}, not read to the end in 30 s`,
          "Run this again when the disk has less to do.",
        );
      return ok(
        what,
        version < currentVersion ? `${seen}, brought to ${currentVersion} when it is next opened` : seen,
      );
    }
  }
}

/** The server at `url`: whether it answers and is ready, and whether its clock is ours. */
export async function lookAtServer(url: string): Promise<Finding[]> {
  const what = "Server";
  const began = Date.now();
  let answer: Response;
  try {
    answer = await ask(`${url.replace(/\/+$/, "")}/readyz`);
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const seen = `${url} does not answer (${messageOf(cause ?? error)})`;
    return [
      fail(
        what,
        seen,
        "Start it with: enterspan serve. If it runs, look at the address and at what lies between.",
      ),
    ];
  }
  const clock = lookAtClock(answer.headers.get("date"), began, Date.now());
  const body = (await answer.json().catch(() => undefined)) as
    | { checks?: Record<string, string> }
    | undefined;
  if (!body?.checks) {
    return [
      fail(
        what,
        `${url} is no enterspan server: /readyz answers ${answer.status}`,
        "Name the base URL of one.",
      ),
    ];
  }
  const faults = Object.entries(body.checks).filter(([, check]) => check !== "ok");
  if (faults.length === 0) return [ok(what, `${url} is ready`), clock];
  const seen = `${url} is not ready: ${faults.map(([name, check]) => `${name}: ${check}`).join("; ")}`;
  return [fail(what, seen, "Its own log says more."), clock];
}

/** `began` and `ended` are this machine's times around the request, ms since the Unix epoch. */
export function lookAtClock(date: string | null, began: number, ended: number): Finding {
  const what = "Clock";
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs))
    return warn(what, "the server does not tell its time", "Compare `date` on both machines.");
  // Their answer was made at some moment in between, and its time cut to a second.
  const ahead = theirs - ended;
  const behind = began - (theirs + DATE_PRECISION_MS);
  const skewMs = Math.max(ahead, behind, 0);
  if (skewMs <= SKEW_MS) return ok(what, "agrees with the server's");
  const seen = `${(skewMs / 1000).toFixed(1)} s ${ahead > 0 ? "behind" : "ahead of"} the server's`;
  return warn(what, seen, "Turn on time synchronisation (NTP) on both machines.");
}
