// One way to run the Worker locally: a command in a process of its own, on a project folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Setup {
  name: string;
  command: "wrangler" | "enterspan";
  env?: Record<string, string>;
}

export interface Load {
  /** Of each request, from its start to the end of its response. */
  latenciesMs: number[];
  requestsPerSecond: number;
}

const PROJECT = fileURLToPath(new URL("project/", import.meta.url));
const MODULES = 300;
const require = createRequire(import.meta.url);
const COMMANDS = {
  wrangler: join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js"),
  enterspan: fileURLToPath(new URL("../../packages/enterspan/bin/enterspan.js", import.meta.url)),
};

export class Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #agent: Agent;
  readonly #url: string;

  private constructor(name: string, child: ChildProcess, dir: string, url: string) {
    this.name = name;
    this.#child = child;
    this.#dir = dir;
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true });
  }

  static async start({ name, command, env = {} }: Setup): Promise<Contender> {
    const dir = await mkdtemp(join(tmpdir(), "enterspan-bench-"));
    await writeProject(dir);
    const args =
      command === "wrangler"
        ? ["dev", "--port", "0", "--inspector-port", "0"]
        : ["dev", "--port", "0", "--collector-port", "0"];
    const child = spawn(process.execPath, [COMMANDS[command], ...args], {
      cwd: dir,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [, url] = await printed(child, /(?:Ready on|Worker +)\s*(http:\/\/[\w.:]+)/);
    return new Contender(name, child, dir, url as string);
  }

  /** How many traces the command has told of: each is a line, when it is stored. */
  get tracesTold(): number {
    return outputs.get(this.#child)?.match(/\/traces\/[0-9a-f]{32}/g)?.length ?? 0;
  }

  /** Makes `requests` requests, `connections` at once. */
  async load(path: string, requests: number, connections: number): Promise<Load> {
    const latenciesMs: number[] = [];
    let left = requests;
    const start = performance.now();
    const connection = async () => {
      while (left-- > 0) latenciesMs.push(await this.#ask(path));
    };
    await Promise.all(Array.from({ length: connections }, connection));
    return { latenciesMs, requestsPerSecond: (requests / (performance.now() - start)) * 1_000 };
  }

  #ask(path: string): Promise<number> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      get(this.#url + path, { agent: this.#agent }, (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode === 200) resolve(performance.now() - start);
          else reject(new Error(`${this.name} answered ${response.statusCode}`));
        });
      }).on("error", reject);
    });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exited;
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function writeProject(dir: string): Promise<void> {
  await cp(PROJECT, dir, { recursive: true });
  const numbers = Array.from({ length: MODULES }, (_, n) => n);
  for (const n of numbers) {
    await writeFile(
      join(dir, `module-${n}.ts`),
      `export const read = (kv: { get(key: string): Promise<unknown> }) => kv.get("key ${n}");\n`,
    );
  }
  await writeFile(
    join(dir, "modules.ts"),
    `${numbers.map((n) => `import { read as read${n} } from "./module-${n}.ts";`).join("\n")}
export const many = [${numbers.map((n) => `read${n}`).join(", ")}];
`,
  );
  const config = {
    name: "bench",
    main: "index.ts",
    compatibility_date: "2026-11-17",
    kv_namespaces: [{ binding: "KV", id: "kv" }],
    d1_databases: [{ binding: "D1", database_name: "d1", database_id: "d1" }],
    observability: { enabled: true, traces: { enabled: true } },
  };
  await writeFile(join(dir, "wrangler.json"), JSON.stringify(config));
}

/** Waits for a line that matches, whatever else is printed before and after. */
function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = outputs.get(child) ?? "";
    const look = () => {
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    };
    const read = (chunk: Buffer) => {
      text += chunk;
      outputs.set(child, text);
      look();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`It ended with code ${code}:\n${text}`)));
    look();
  });
}

/** What each has printed so far. */
const outputs = new WeakMap<ChildProcess, string>();
