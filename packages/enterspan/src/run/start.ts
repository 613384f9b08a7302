// Starts everything that `enterspan run` needs: the backend, the Worker in this process, the HTTP server before it; and
// ends it in the order that loses nothing.
import { openTelemetry, type Telemetry, type TelemetryOptions } from "../collector.ts";
import { stackOf } from "../errors.ts";
import { answerer } from "./answer.ts";
import { Background } from "./context.ts";
import { listen, type Server } from "./http/server.ts";
import { type RunProject, type RunTarget, readRunProject } from "./project.ts";
import { type LoadedWorker, loadWorker } from "./worker.ts";

export interface RunOptions extends RunTarget, TelemetryOptions {
  /** The address to listen on. Default: 127.0.0.1. */
  host?: string | undefined;
  /** The Worker's port; 0 takes any that is free. */
  port: number;
  /** Where requests go whose handler failed after it had called `ctx.passThroughOnException()`. */
  origin?: string | undefined;
  /** Variables that the Worker gets besides, or in place of, those of its Wrangler file. */
  vars?: Record<string, string>;
  /** Told, in words for the terminal, of what the Worker throws and what the backend fails at. */
  onError?: ((message: string) => void) | undefined;
  /** Told, in the same way, of what the start has been waiting for when that takes long. */
  onDelay?: ((message: string) => void) | undefined;
}

export interface Run extends Telemetry {
  readonly project: RunProject;
  /** The Worker's base URL, without a slash at the end. */
  url: string;
  /**
   * Takes no more requests, lets those that run and their `waitUntil` finish for up to 30 seconds, sends what is left of
   * the telemetry, and stops the rest.
   */
  close(): Promise<void>;
}

const FINISH_MS = 30_000;
/** For the telemetry of what had to be cut off. */
const LAST_WORDS_MS = 1_000;

/**
 * Runs a Worker in this process, on Node. A process can run one, once.
 * @throws CliError for what the user can mend.
 */
export async function startRun(options: RunOptions): Promise<Run> {
  const project = await readRunProject(options);
  const onError = (what: string, error: unknown) => options.onError?.(`${what}: ${stackOf(error)}`);
  const telemetry = await openTelemetry(options, project.dir, [project]);
  const background = new Background((error) => onError("waitUntil", error));
  let worker: LoadedWorker | undefined;
  let server: Server;
  try {
    worker = await loadWorker(project, options.vars ?? {}, telemetry, (message) =>
      options.onDelay?.(message),
    );
    server = await listen({
      host: options.host ?? "127.0.0.1",
      port: options.port,
      respond: answerer({ worker, background, origin: options.origin, onError }),
      onError: ({ method, url }, error) => onError(`${method} ${new URL(url).pathname}: the response`, error),
    });
  } catch (error) {
    await worker?.bindings.dispose();
    await telemetry.collector?.close();
    throw error;
  }
  const { bindings } = worker;
  return {
    ...telemetry,
    project,
    url: server.url,
    async close() {
      await within(
        FINISH_MS,
        server.stop().then(() => background.drained()),
      );
      server.abort();
      await within(LAST_WORDS_MS, background.drained());
      await bindings.dispose();
      await telemetry.collector?.close();
    },
  };
}

/** Waits for `promise`, but no longer than that. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
