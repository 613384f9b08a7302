// What runs here: Node, the user's wrangler, and a Wrangler file that can be traced.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { here, samplingCaveat } from "../commands/report.ts";
import { messageOf } from "../errors.ts";
import { lookForConfig, readProject } from "../project.ts";
import { findWrangler, type Wrangler } from "../wrangler.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const NODE = { major: 22, minor: 12 };

export function lookAtNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > NODE.major || (major === NODE.major && minor >= NODE.minor);
  if (isEnough) return ok("Node", version);
  return fail("Node", version, `Install ${NODE.major}.${NODE.minor} or newer from https://nodejs.org.`);
}

/** Looks at the Wrangler file that is named, or the one of `cwd`, and at the wrangler that would run it. */
export async function lookAtProject(
  named: string | undefined,
  env: string | undefined,
  cwd: string,
): Promise<Finding[]> {
  let configPath: string | undefined;
  try {
    configPath = lookForConfig(named, cwd);
  } catch (error) {
    return [fail("Wrangler file", messageOf(error), "Name one that is there with --config FILE.")];
  }
  const projectDir = configPath === undefined ? cwd : dirname(configPath);
  const { finding, wrangler } = await lookAtWrangler(projectDir);
  if (configPath === undefined) {
    const mend =
      "Run this where your Worker is, or name its file with --config FILE. serve and run ENTRY need none.";
    return [finding, warn("Wrangler file", "there is none here", mend)];
  }
  return wrangler ? [finding, lookAtConfig(wrangler, configPath, env)] : [finding];
}

async function lookAtWrangler(projectDir: string): Promise<{ finding: Finding; wrangler?: Wrangler }> {
  const mend = "Run: npm install -D wrangler@latest";
  try {
    const wrangler = await findWrangler(projectDir);
    if (!wrangler) return { finding: warn("wrangler", `is not installed in ${here(projectDir)}`, mend) };
    return { finding: ok("wrangler", versionFrom(projectDir)), wrangler };
  } catch (error) {
    return { finding: fail("wrangler", messageOf(error), mend) };
  }
}

function versionFrom(projectDir: string): string {
  for (const from of [join(projectDir, "package.json"), import.meta.filename]) {
    try {
      return (createRequire(from)("wrangler/package.json") as { version: string }).version;
    } catch {
      // The project has none, or hides its package.json.
    }
  }
  return "installed";
}

function lookAtConfig(wrangler: Wrangler, configPath: string, env: string | undefined): Finding {
  const what = "Wrangler file";
  try {
    const project = readProject(wrangler, configPath, env);
    const seen = `${here(configPath)}, ${project.name}`;
    if (project.uninstrumented !== undefined) {
      return warn(
        what,
        `${seen} would run without traces: ${project.uninstrumented}`,
        "Nothing mends this but another kind of Worker.",
      );
    }
    const caveat = samplingCaveat(project, configPath);
    if (caveat?.say === "warn") return warn(what, seen, caveat.text);
    return ok(what, caveat ? `${seen}; ${caveat.text}` : seen);
  } catch (error) {
    return fail(what, messageOf(error), "Mend the file; the line above says where.");
  }
}
