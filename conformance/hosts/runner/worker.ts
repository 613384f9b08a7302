// What serves a case's Worker on a runtime that is not workerd, apart from the HTTP server itself: the handler's context,
// the globals of Workers that cases use, and an end that waits for all that was given to waitUntil. Runs in the runtime.
import process from "node:process";

interface Handlers {
  fetch(request: Request, env: unknown, context: Context): Response | Promise<Response>;
}

/** What a Worker exports by default: handlers, or a class of which an instance is made for each request. */
export type Worker = Handlers | (new (context: Context, env: unknown) => Handlers);

/** Answers a request as the Worker does; an uncaught error is a 500, as on workerd. */
export type Handle = (request: Request) => Promise<Response>;

export interface Server {
  port: number;
  /** Takes no more connections; resolves when those it has are closed. */
  stop(): Promise<void>;
}

class Context {
  readonly props = {};
  readonly #pending: Set<Promise<unknown>>;

  constructor(pending: Set<Promise<unknown>>) {
    this.#pending = pending;
  }

  waitUntil(promise: unknown): void {
    const settled = Promise.resolve(promise)
      .catch(report)
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  passThroughOnException(): void {}
}

/** Serves until standard input ends; says on standard output where. */
export async function run(
  worker: Worker,
  env: unknown,
  serve: (handle: Handle) => Promise<Server>,
): Promise<void> {
  const globals = globalThis as { scheduler?: object };
  globals.scheduler ??= { wait: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) };
  // An error that nobody catches is the request's, on workerd; elsewhere it would end the process.
  process.on("unhandledRejection", report);
  process.on("uncaughtException", report);

  const pending = new Set<Promise<unknown>>();
  const server = await serve(async (request) => {
    try {
      const context = new Context(pending);
      const handlers = typeof worker === "function" ? new worker(context, env) : worker;
      const response = await handlers.fetch(request, env, context);
      if (response instanceof Response) return response;
      throw new TypeError("The handler's answer is no Response");
    } catch (error) {
      report(error);
      return new Response("Internal Server Error", { status: 500 });
    }
  });
  process.stdout.write(`\nlistening on http://127.0.0.1:${server.port}\n`);

  for await (const _ of process.stdin);
  await server.stop();
  while (pending.size > 0) await Promise.all(pending);
  process.exit(0);
}

/** Not through the console, which is the Worker's. */
function report(error: unknown): void {
  process.stderr.write(`Uncaught: ${error instanceof Error ? error.stack : error}\n`);
}
