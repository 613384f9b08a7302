// A page of a browser of its own that is driven by Chromium's own protocol and nothing else. A test driver has the browser
// report each request and runs scripts of its own in the page, which takes time from what is measured here: tens of
// milliseconds. Readers have none.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import chromium from "@sparticuz/chromium";
import { FLAGS, VIEWPORT } from "./browser.ts";
import { installProbe } from "./probe.ts";

export interface BarePage {
  goTo(url: string): Promise<void>;
  /** What `code`, an expression or a promise, comes to in the page. */
  evaluate<Value>(code: string): Promise<Value>;
  /** Clicks the first element that `selector` finds. */
  click(selector: string): Promise<void>;
  /** Processor time of the page's thread, in milliseconds: other programs on the machine do not count. */
  threadMs(): Promise<number>;
}

/** The browser is closed when `use` is done. */
export async function inBarePage<Result>(use: (page: BarePage) => Promise<Result>): Promise<Result> {
  const profile = await mkdtemp(join(tmpdir(), "enterspan-bench-browser-"));
  const browser = spawn(
    await chromium.executablePath(),
    [
      ...FLAGS,
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      `--window-size=${VIEWPORT.width},${VIEWPORT.height}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(browser, "exit");
  try {
    const session = await Session.open(await originOf(createInterface(browser.stderr)));
    browser.stderr.resume();
    await session.send("Page.enable");
    await session.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${installProbe})()` });
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const result = await use(pageOf(session));
    session.close();
    return result;
  } finally {
    browser.kill("SIGKILL");
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Chromium prints where its protocol is spoken. */
async function originOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, host] = /ws:\/\/([^/]+)\//.exec(line) ?? [];
    if (host !== undefined) return `http://${host}`;
  }
  throw new Error("Chromium ended before it could be spoken to");
}

interface Answer {
  id?: number;
  result?: never;
  error?: { message: string };
}

/** Commands and answers of the one page that the browser opens with. */
class Session {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<never>>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id = 0, result, error } = JSON.parse(String(data)) as Answer;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result as never);
    };
  }

  static async open(origin: string): Promise<Session> {
    for (;;) {
      const targets = (await (await fetch(`${origin}/json`)).json()) as {
        type: string;
        webSocketDebuggerUrl: string;
      }[];
      const page = targets.find(({ type }) => type === "page");
      if (page === undefined) continue;
      const socket = new WebSocket(page.webSocketDebuggerUrl);
      await once(socket, "open");
      return new Session(socket);
    }
  }

  send<Result>(method: string, params: object = {}): Promise<Result> {
    const waiting = Promise.withResolvers<never>();
    this.#waiting.set(++this.#last, waiting);
    this.#socket.send(JSON.stringify({ id: this.#last, method, params }));
    return waiting.promise;
  }

  close(): void {
    this.#socket.close();
  }
}

function pageOf(session: Session): BarePage {
  const page: BarePage = {
    async goTo(url) {
      await session.send("Page.navigate", { url });
    },
    async evaluate<Value>(expression: string) {
      const { result, exceptionDetails } = await session.send<{
        result: { value: Value };
        exceptionDetails?: { text: string };
      }>("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`);
      return result.value;
    },
    async click(selector) {
      const { x, y, width, height } = await page.evaluate<DOMRect>(
        `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().toJSON()`,
      );
      const place = { x: x + width / 2, y: y + height / 2, button: "left", clickCount: 1 };
      for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
        await session.send("Input.dispatchMouseEvent", { type, ...place });
      }
    },
    async threadMs() {
      const { metrics } = await session.send<{ metrics: { name: string; value: number }[] }>(
        "Performance.getMetrics",
      );
      return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
    },
  };
  return page;
}
