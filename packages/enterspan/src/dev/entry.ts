// Writes the module that wrangler bundles in place of the user's: it makes `tracing`, fetch and the console ours, and
// then exports what the user's module exports, instrumented; classes of Durable Objects by name, for something stands in
// for each. The user's files are not touched.
import { mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "@enterspan/tracing/workerd";
import type { Project } from "../project.ts";

const pathOf = (name: string) => fileURLToPath(import.meta.resolve(`@enterspan/tracing/workerd/${name}`));
const socketsPath = pathOf("sockets");

/** What modules of the runtime's are to what wrangler bundles, by name. */
export type Alias = Record<string, string>;

export const SOCKETS: Alias = { "cloudflare:sockets": socketsPath };
export const WORKERS: Alias = { "cloudflare:workers": pathOf("workers") };

/** Returns the path of the entry, in `dir`, which is ours. */
export function writeEntry(project: Project, config: Config, dir: string): string {
  mkdirSync(dir, { recursive: true });
  const runtime = importPath(dir, fileURLToPath(import.meta.resolve("@enterspan/tracing/workerd")));
  const user = importPath(dir, project.main as string);
  writeFileSync(
    join(dir, "install.js"),
    `import * as workers from "cloudflare:workers";
import ${importPath(dir, socketsPath)};
import { ${["install", ...project.instrumentations].join(", ")} } from ${runtime};

const config = ${JSON.stringify(config, null, 2)};

export const installation = install(workers.tracing, config, { ${spread(project.instrumentations)} });
`,
  );
  const entry = join(dir, "entry.js");
  // What is imported by its name must be there: the build says so of a class that is bound and not exported.
  const imports = project.objectClasses.map(
    (name, at) => `import { ${name} as original${at} } from ${user};\n`,
  );
  const exports = project.objectClasses.map(
    (name, at) =>
      `const object${at} = instrumented.${name} ?? original${at};\nexport { object${at} as ${name} };\n`,
  );
  writeFileSync(
    entry,
    `import { installation } from "./install.js";
import { instrumentModule } from ${runtime};
import * as worker from ${user};
${imports.join("")}
const instrumented = instrumentModule(installation, worker, ${JSON.stringify(project.bound)});

export * from ${user};
export default instrumented.default;
${exports.join("")}`,
  );
  return entry;
}

const spread = (names: readonly string[]): string => names.map((name) => `...${name}`).join(", ");

/** Quoted, relative to `dir`, or absolute when on another drive, with forward slashes. */
function importPath(dir: string, file: string): string {
  const path = relative(dir, file);
  return JSON.stringify(
    (isAbsolute(path) || path.startsWith(".") ? path : `./${path}`).replaceAll("\\", "/"),
  );
}
