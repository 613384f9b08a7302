// OpenTelemetry's SDK with its batch processor and an exporter that keeps what it gets. The queue is larger than what
// is made between two releases, so that nothing is dropped; unsampled is the SDK's own AlwaysOffSampler.
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { type CreatePeer, SPANS } from "../peer.ts";

const QUEUE = 1_000_000;

const create: CreatePeer = ({ isAsync, sampled, attributes }) => {
  let kept: ReadableSpan[][] = [];
  const exporter: SpanExporter = {
    export(spans, done) {
      kept.push(spans);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({
    sampler: sampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        maxQueueSize: QUEUE,
        maxExportBatchSize: QUEUE,
        scheduledDelayMillis: 1,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = provider.getTracer("bench");

  function sync(): void {
    tracer.startActiveSpan("root", (root) => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          tracer.startActiveSpan("span", (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
            span.end();
          });
        } else tracer.startActiveSpan("span", (span) => span.end());
      }
      root.end();
    });
  }

  async function async(): Promise<void> {
    await tracer.startActiveSpan("root", async (root) => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          await tracer.startActiveSpan("span", async (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
            span.end();
          });
        } else await tracer.startActiveSpan("span", async (span) => span.end());
      }
      root.end();
    });
  }

  return {
    invocation: isAsync ? async : sync,
    async release() {
      await provider.forceFlush();
      const count = kept.reduce((sum, spans) => sum + spans.length, 0);
      kept = [];
      return count;
    },
  };
};

export default create;
