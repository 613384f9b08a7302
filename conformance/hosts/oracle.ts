// The oracle: cases run natively on workerd, traced by the runtime itself, with a streaming tail worker attached. One
// workerd process holds all cases, each a Worker of its own with bindings of its own.
import { readFile } from "node:fs/promises";
import type { Case } from "../case.ts";
import { WORKERD } from "../traits.ts";
import type { FlatSpan } from "../tree.ts";
import type { Host } from "./host.ts";
import { workerOf } from "./miniflare-worker.ts";
import { parseEvents, spansOf } from "./oracle.events.ts";
import { COMPATIBILITY_DATE, workerName } from "./project.ts";
import { countRequests } from "./requests.ts";
import { bundle, convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "./toolchain.ts";

const COLLECTOR = new URL("collector.worker.js", import.meta.url);

/** How long the runtime may take to report the end of an invocation, waitUntil included. */
const REPORT_MS = 10_000;

export async function startOracle(cases: Case[], upstream: string): Promise<Host> {
  const invocations: FlatSpan[][] = [];
  let arrived = () => {};
  const harness = async (request: { text(): Promise<string> }) => {
    const spans = spansOf(parseEvents(await request.text()));
    invocations.push(spans);
    arrived();
    return new Response();
  };
  const collector = {
    name: "collector",
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: ["streaming_tail_worker", "experimental"],
    modules: [
      { type: "ESModule" as const, path: "collector.mjs", contents: await readFile(COLLECTOR, "utf8") },
    ],
    serviceBindings: { HARNESS: harness },
  };
  const workers = await Promise.all(
    cases.map(async (one) => ({
      ...workerOf(one, upstream, await bundle(one.worker)),
      compatibilityFlags: one.compatibilityFlags ?? [],
      // Without a tail the runtime does not trace, which is all that it has of sampling locally.
      streamingTails: one.sampled === false ? [] : ["collector"],
    })),
  );
  const options = {
    cf: false,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs() {},
    workers: [...workers, collector],
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options as never));
  await miniflare.ready;

  /** Looks again with each invocation that is reported. */
  async function until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + REPORT_MS;
    while (!isThere() && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
        setTimeout(resolve, deadline - Date.now()).unref();
      });
    }
  }

  return {
    traits: WORKERD,
    async open(one) {
      invocations.length = 0;
      const direct = await miniflare.unsafeGetDirectURL(workerName(one));
      return {
        origins: { worker: direct.origin, upstream },
        async schedule(cron, time) {
          const worker = await miniflare.getWorker(workerName(one));
          const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date(time) });
          return outcome;
        },
        async finish() {
          const expected = one.sampled === false ? 0 : (one.invocations ?? countRequests(one));
          await until(() => invocations.length >= expected);
          if (invocations.length === expected) return invocations.flat();
          throw new Error(
            `${one.name}: the runtime reported ${invocations.length} invocations, not ${expected}`,
          );
        },
        async recorded(traceId, isWhole) {
          const found = () =>
            invocations.find(([root]) => Object.values(root?.attributes ?? {}).includes(traceId)) ?? [];
          await until(() => isWhole(found()));
          return found();
        },
        async close() {},
      };
    },
    close: () => miniflare.dispose(),
  };
}
