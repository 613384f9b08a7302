// One contender on workerd: a process of workerd with the loop Worker, set up in one of the ways that are compared.
import { readFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import { children, cpuMs } from "./cpu.ts";
import {
  bundle,
  COMPATIBILITY_DATE,
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
} from "./toolchain.ts";

export interface Setup {
  name: string;
  /** File in workers/, without its ending. */
  worker: string;
  config?: object;
  /** A streaming tail worker in workers/, which makes the runtime trace. */
  tail?: string;
  /** Wrangler's own collector, which stores in SQLite inside workerd. */
  localObservability?: boolean;
  /** Where the tail posts to. */
  receiver?: string;
  /** Spans a request, where not as many as usual. */
  spans?: number;
  /** Processes besides workerd whose work is part of this contender's. */
  helpers?: readonly number[];
}

export interface Answer {
  /** Of the Worker's own clock, in whole milliseconds: a mean of many is exact, one is not. */
  loopMs: number;
  /** From the request to the end of its response. */
  responseMs: number;
}

/** A process whose processor time stands still for so long has nothing to do. */
const REST_MS = 50;

export class Contender {
  readonly setup: Setup;
  /** Spans made so far, the roots of requests included. */
  made = 0;
  readonly #miniflare: Miniflare;
  readonly #workerd: readonly number[];
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(setup: Setup, miniflare: Miniflare, workerd: readonly number[], url: URL) {
    this.setup = setup;
    this.#miniflare = miniflare;
    this.#workerd = workerd;
    this.#url = url;
  }

  static async start(setup: Setup): Promise<Contender> {
    const before = new Set(await children());
    const worker = {
      name: "worker",
      compatibilityDate: COMPATIBILITY_DATE,
      modules: [
        {
          type: "ESModule",
          path: "worker.mjs",
          contents: await bundle(new URL(`workers/${setup.worker}.ts`, import.meta.url), setup.config),
        },
      ],
      streamingTails: setup.tail === undefined ? [] : ["tail"],
      unsafeDirectSockets: [{}],
    };
    const options = {
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs() {},
      unsafeObservability: setup.localObservability === true,
      workers: setup.tail === undefined ? [worker] : [worker, await tailOf(setup.tail, setup.receiver)],
    };
    const miniflare = new Miniflare(convertV4MiniflareOptions(options as never));
    await miniflare.ready;
    const workerd = (await children()).filter((pid) => !before.has(pid));
    const url = await miniflare.unsafeGetDirectURL("worker");
    return new Contender(setup, miniflare, workerd, url);
  }

  get name(): string {
    return this.setup.name;
  }

  ask(spans: number, isAsync: boolean): Promise<Answer> {
    this.made += spans + 1;
    const url = new URL(`/?spans=${spans}&async=${isAsync ? 1 : 0}`, this.#url);
    return new Promise((resolve, reject) => {
      const start = performance.now();
      get(url, { agent: this.#agent }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => {
          if (response.statusCode !== 200)
            reject(new Error(`${this.name} answered ${response.statusCode}: ${text}`));
          resolve({ loopMs: Number(text), responseMs: performance.now() - start });
        });
      }).on("error", reject);
    });
  }

  /** Of workerd alone. */
  workerdMs(): number {
    return cpuMs(this.#workerd);
  }

  /** Of workerd and its helpers. */
  cpuMs(): number {
    return this.workerdMs() + cpuMs(this.setup.helpers ?? []);
  }

  /** Resolves when all processes have come to rest: what was recorded has been sent and, where it is, stored. */
  async rest(): Promise<void> {
    for (let before = Number.NaN, now = this.cpuMs(); now !== before; now = this.cpuMs()) {
      before = now;
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#miniflare.dispose();
  }
}

async function tailOf(tail: string, receiver: string | undefined) {
  return {
    name: "tail",
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: ["streaming_tail_worker", "experimental"],
    modules: [
      {
        type: "ESModule",
        path: "tail.mjs",
        contents: await readFile(new URL(`workers/${tail}.js`, import.meta.url), "utf8"),
      },
    ],
    bindings: receiver === undefined ? {} : { RECEIVER_URL: receiver },
  };
}
