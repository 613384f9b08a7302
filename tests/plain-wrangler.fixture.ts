// A Worker under plain wrangler, without any part of enterspan's command line: as one runs that instruments itself, or one
// that is not traced at all.
import { unstable_startWorker as startWorker } from "wrangler";

// Wrangler may not ask the network for the `cf` object of requests, nor report on itself.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_SEND_METRICS ??= "false";

export interface PlainWorker {
  /** Its base URL, without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

export interface PlainOptions {
  /** Path of the Wrangler file. */
  config: string;
  /** The directory that keeps what its bindings store. */
  persist: string;
  /** Variables besides those of the file. */
  vars?: Record<string, string>;
  /** What the bundler puts in place of an import. */
  alias?: Record<string, string>;
}

/** Bundles and starts the Worker on a free port; it answers when this resolves. */
export async function startPlain({
  config,
  persist,
  vars = {},
  alias = {},
}: PlainOptions): Promise<PlainWorker> {
  const worker = await startWorker({
    config,
    bindings: Object.fromEntries(
      Object.entries(vars).map(([name, value]) => [name, { type: "plain_text", value }] as const),
    ),
    build: { alias },
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      watch: false,
      persist,
      logLevel: "error",
    },
  });
  await worker.ready;
  return { url: String(await worker.url).replace(/\/$/, ""), stop: () => worker.dispose() };
}
