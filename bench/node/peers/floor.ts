// The least that any implementation does for a span: AsyncLocalStorage.run, two readings of the clock, one object. It
// has no attributes, no promises to watch, no errors to tell.
import { AsyncLocalStorage } from "node:async_hooks";
import { type CreatePeer, SPANS } from "../peer.ts";

interface FloorSpan {
  name: string;
  parent: object | undefined;
  start: number;
  end: number;
}

const create: CreatePeer = ({ isAsync }) => {
  const active = new AsyncLocalStorage<object>();
  let kept: FloorSpan[][] = [];
  const open = (): FloorSpan => ({
    name: "span",
    parent: active.getStore(),
    start: performance.now(),
    end: 0,
  });

  function sync(): void {
    const root = open();
    const spans = [root];
    active.run(root, () => {
      for (let i = 0; i < SPANS; i++) {
        const span = open();
        active.run(span, () => {});
        span.end = performance.now();
        spans.push(span);
      }
    });
    root.end = performance.now();
    kept.push(spans);
  }

  async function async(): Promise<void> {
    const root = open();
    const spans = [root];
    await active.run(root, async () => {
      for (let i = 0; i < SPANS; i++) {
        const span = open();
        await active
          .run(span, async () => {})
          .then(() => {
            span.end = performance.now();
          });
        spans.push(span);
      }
    });
    root.end = performance.now();
    kept.push(spans);
  }

  return {
    invocation: isAsync ? async : sync,
    release() {
      const count = kept.reduce((sum, spans) => sum + spans.length, 0);
      kept = [];
      return count;
    },
  };
};

export default create;
