// A server of the soak from outside: started, asked, stopped or killed, and looked at as the kernel sees it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ServerOptions } from "./server.ts";

export class RunningServer {
  readonly url: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** @param before shell commands that set the process up, such as its limits */
  static async start(options: ServerOptions, before = ""): Promise<RunningServer> {
    const script = new URL("./server.ts", import.meta.url).pathname;
    const args = ["--conditions=@enterspan/source", script, JSON.stringify(options)];
    const child = spawn("/bin/sh", ["-c", `${before} exec "$0" "$@"`, process.execPath, ...args], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.once("message", (message) => resolve(message as number));
      child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it listened`)));
    });
    return new RunningServer(child, port);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  end(signal: "SIGKILL" | "SIGTERM"): Promise<unknown> {
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    return ended;
  }

  /** Ends it where it has not ended: a part that fails leaves none behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end("SIGKILL");
  }

  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  get openFiles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }
}

/** What the files of a directory take, those that go away meanwhile left out. */
export function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
