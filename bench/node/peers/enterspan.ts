// Ours, from the sources: what `instrument` sets up for a handler, without the handler. Ended invocations are kept as
// they are when they wait to be encoded.
import { readConfig } from "../../../packages/tracing/src/config.ts";
import { createHost } from "../../../packages/tracing/src/hosts/standard.ts";
import type { Invocation } from "../../../packages/tracing/src/invocation.ts";
import { active, tracing } from "../../../packages/tracing/src/process.ts";
import { Runtime } from "../../../packages/tracing/src/runtime.ts";
import { SERVER } from "../../../packages/tracing/src/span-record.ts";
import { type CreatePeer, SPANS } from "../peer.ts";

const create: CreatePeer = ({ isAsync, sampled, attributes }) => {
  const runtime = new Runtime(
    createHost(),
    active,
    readConfig({
      serviceName: "bench",
      traces: { enabled: true, headSamplingRate: sampled ? 1 : 0 },
      logs: { enabled: true, headSamplingRate: 1 },
      endpoint: "http://127.0.0.1:9",
    }),
  );
  let kept: Invocation[] = [];

  function sync(): void {
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    active.run(invocation.root, () => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          tracing.enterSpan("span", (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
          });
        } else tracing.enterSpan("span", () => {});
      }
    });
    invocation.end("ok");
    kept.push(invocation);
  }

  async function async(): Promise<void> {
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    await active.run(invocation.root, async () => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          await tracing.enterSpan("span", async (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
          });
        } else await tracing.enterSpan("span", async () => {});
      }
    });
    invocation.end("ok");
    kept.push(invocation);
  }

  return {
    invocation: isAsync ? async : sync,
    release() {
      let count = 0;
      for (const { spans } of kept) {
        spans.release();
        for (const { end } of spans.records()) {
          if (!Number.isNaN(end)) count++;
        }
      }
      kept = [];
      return count;
    },
  };
};

export default create;
