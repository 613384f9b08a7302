// Checks who imports whom: the packages form one direction of flow, and the core knows no runtime. Exits 1 with a line
// for each import that breaks a rule.
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** What each package's shipped sources may import of ours. Nothing imports the command line. */
const ALLOWED: Record<string, string[]> = {
  otlp: [],
  tracing: ["@enterspan/otlp"],
  backend: ["@enterspan/otlp"],
  explorer: ["@enterspan/backend/contract", "@enterspan/backend/search"],
  enterspan: [
    "@enterspan/otlp",
    "@enterspan/tracing",
    "@enterspan/tracing/register",
    "@enterspan/tracing/workerd",
    "@enterspan/tracing/workerd/sockets",
    "@enterspan/tracing/workerd/workers",
    "@enterspan/tracing/workers",
    "@enterspan/backend",
    "@enterspan/backend/contract",
    "@enterspan/backend/small-heap",
    "@enterspan/explorer",
  ],
};

/** What of the backend the explorer imports, so that it must run in a page: with all that it imports itself. */
const PORTABLE = ["packages/backend/src/http/contract.ts", "packages/backend/src/query/search/index.ts"];

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bimport\.meta\.resolve\(\s*)"([^"]+)"/g;

const violations: string[] = [];
for (const file of globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root })) {
  const [, name, , ...inside] = file.split("/") as [string, string, string, ...string[]];
  const isTest = /\.(test|case|fixture)\.tsx?$/.test(file);
  for (const specifier of importsOf(file)) {
    const problem = isTest ? undefined : problemOf(name, inside, specifier);
    if (problem !== undefined) violations.push(`${file}: imports "${specifier}": ${problem}`);
  }
}
const portable = new Set(PORTABLE);
for (const file of portable) {
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith(".")) portable.add(join(dirname(file), specifier));
    else violations.push(`${file}: imports "${specifier}": it runs in a page, which has only our own files`);
  }
}

for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exit(1);
console.log("imports: every package imports only what it may");

function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return [...code.matchAll(IMPORT)].map(([, specifier]) => specifier as string);
}

function problemOf(name: string, inside: string[], specifier: string): string | undefined {
  if (/^enterspan($|\/)/.test(specifier)) return "nothing imports the command line";
  if (specifier.startsWith("@enterspan/") && !ALLOWED[name]?.includes(specifier))
    return `${name} may not import it`;
  if (/^(\.\.\/)+[\w-]+\/src\//.test(specifier)) return "packages are imported by name";
  if (specifier.startsWith("@opentelemetry/") && !(name === "tracing" && inside[0] === "otel"))
    return "OpenTelemetry is reached through tracing's otel/ alone";
  const isRuntime = /^(node|cloudflare|bun|deno):/.test(specifier);
  if (name === "tracing" && isRuntime && inside[0] !== "hosts")
    return "runtimes are reached through hosts/ alone";
  if (name === "otlp" && isRuntime) return "otlp runs on every runtime";
  return undefined;
}
