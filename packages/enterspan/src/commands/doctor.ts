// `enterspan doctor`: looks at everything that the other commands need, and says of each whether it is as it should be.
import { dirname, resolve } from "node:path";
import { styleText } from "node:util";
import { findSettings, workDirOf } from "../collector.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookAtDataDir, lookAtPort, lookAtServer, lookAtStore } from "../doctor/machine.ts";
import { lookAtNode, lookAtProject } from "../doctor/project.ts";
import { lookAtOwnFiles, lookAtSettings } from "../doctor/settings.ts";
import { oneLine } from "../errors.ts";
import { lookForConfig } from "../project.ts";

export interface DoctorFlags {
  config?: string;
  env?: string;
  port: number;
  collectorPort: number;
  data?: string;
  collector?: string;
}

const STYLE = { ok: "green", warn: "yellow", fail: "red" } as const;

/** The exit code: 1 when something would fail. */
export async function doctor(flags: DoctorFlags): Promise<number> {
  let isWell = true;
  const tell = (findings: readonly Finding[]) => {
    for (const finding of findings) {
      if (finding.level === "fail") isWell = false;
      print(finding);
    }
  };
  const cwd = process.cwd();
  const dataDir = resolve(cwd, flags.data ?? workDirOf(projectDirOf(flags.config, cwd)));
  tell([lookAtNode()]);
  tell(await lookAtProject(flags.config, flags.env, cwd));
  tell([await lookAtPort("Worker's port", flags.port, "--port")]);
  if (flags.collector === undefined) {
    tell([await lookAtPort("Explorer's port", flags.collectorPort, "--collector-port")]);
    tell(lookAtSettings(findSettings(undefined, projectDirOf(flags.config, cwd), cwd)));
    const directory = await lookAtDataDir(dataDir);
    tell([directory]);
    if (directory.level !== "fail") {
      tell(lookAtOwnFiles(dataDir));
      const { finding, url } = await lookAtStore(dataDir);
      tell([finding]);
      if (url !== undefined) tell(await lookAtServer(url));
    }
  } else {
    tell(await lookAtServer(flags.collector));
  }
  return isWell ? 0 : 1;
}

function projectDirOf(config: string | undefined, cwd: string): string {
  try {
    const path = lookForConfig(config, cwd);
    return path === undefined ? cwd : dirname(path);
  } catch {
    return cwd;
  }
}

function print({ level, what, seen, mend }: Finding): void {
  const label = styleText(STYLE[level], level.padEnd(4), { stream: process.stdout });
  console.log(`${label}  ${what}: ${oneLine(seen)}`);
  if (mend !== undefined) console.log(`      ${mend}`);
}
