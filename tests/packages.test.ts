// What is published works where it is installed: packed, checked for what its exports promise, installed into an empty
// project, type-checked and run there.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
const PACKAGES = ["otlp", "tracing", "backend", "explorer", "enterspan"];

let dir: string;
const tarballs = new Map<string, string>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "enterspan-pack-"));
  for (const name of PACKAGES) {
    const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir], {
      cwd: join(root, "packages", name),
    });
    const packed = JSON.parse(stdout) as { filename: string }[] | Record<string, { filename: string }>;
    const [{ filename } = { filename: "" }] = Object.values(packed);
    tarballs.set(name, join(dir, filename));
  }
}, 60_000);

afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(PACKAGES)("%s", (name) => {
  it("holds what its package.json promises", async () => {
    await run(bin("publint"), ["run", tarballs.get(name) as string, "--strict"]);
  });

  it("holds no code whose source is gone", async () => {
    const { stdout } = await run("tar", ["-tzf", tarballs.get(name) as string]);
    const files = new Set(stdout.split("\n"));
    const compiled = [...files].filter((file) => name !== "explorer" && /\/dist\/.*\.js$/.test(file));
    expect(
      compiled.filter((file) => !files.has(file.replace("/dist/", "/src/").replace(/js$/, "ts"))),
    ).toEqual([]);
  });

  it("has types that resolve as its code does", async () => {
    await run(bin("attw"), [tarballs.get(name) as string, "--profile", "esm-only", "--format", "ascii"]);
  });
});

describe("an empty project with the packages installed", () => {
  let project: string;

  beforeAll(async () => {
    project = join(dir, "project");
    await run("mkdir", [project]);
    await writeFile(
      join(project, "package.json"),
      JSON.stringify({ name: "empty", private: true, type: "module" }),
    );
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs.values()], {
      cwd: project,
    });
  }, 300_000);

  it("type-checks and runs a program that uses them", async () => {
    await writeFile(
      join(project, "index.ts"),
      `import { decodeTracesJson, encodeTracesProtobuf, type TracesData } from "@enterspan/otlp";
import { type Span, tracing } from "@enterspan/tracing";
import { BackendError, startBackend } from "@enterspan/backend";
import type { TraceResponse } from "@enterspan/backend/contract";

const length: number = tracing.enterSpan("s", (span: Span, text: string) => text.length, "four");
const data: TracesData = decodeTracesJson('{"resourceSpans":[]}');
const backend = await startBackend({ dataDir: "data", port: 0 });
const response = await fetch(backend.url + "/api/traces/" + "0".repeat(31) + "1");
const body = (await response.json()) as Partial<TraceResponse>;
await backend.close();
console.log(length, encodeTracesProtobuf(data).length, response.status, body.spans, BackendError.name);
`,
    );
    await writeFile(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          target: "es2024",
          module: "nodenext",
          strict: true,
          noEmit: true,
          lib: ["es2024", "dom"],
          types: [],
        },
        files: ["index.ts"],
      }),
    );
    await run(bin("tsc"), ["-p", "."], { cwd: project });
    const { stdout } = await run(process.execPath, ["--no-warnings", "index.ts"], { cwd: project });
    expect(stdout).toBe("4 0 404 undefined BackendError\n");
  });

  it("has a command line that answers", async () => {
    const { stdout } = await run(process.execPath, [join(project, "node_modules/.bin/enterspan"), "--help"]);
    expect(stdout).toContain("enterspan [options] [command]");
    expect(await readdir(join(project, "node_modules/@enterspan/explorer/dist"))).toContain("index.html");
  });
});
