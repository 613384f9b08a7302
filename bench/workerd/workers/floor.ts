// The least that any implementation does for a span: AsyncLocalStorage.run, two readings of the clock, one object.
import { AsyncLocalStorage } from "node:async_hooks";
import { handlerOf } from "./request.ts";

interface FloorSpan {
  name: string;
  parent: object | undefined;
  start: number;
  end: number;
}

const active = new AsyncLocalStorage<object>();
const open = (): FloorSpan => ({ name: "span", parent: active.getStore(), start: performance.now(), end: 0 });

export default handlerOf({
  sync(count) {
    const spans: FloorSpan[] = [];
    for (let i = 0; i < count; i++) {
      const span = open();
      active.run(span, () => {});
      span.end = performance.now();
      spans.push(span);
    }
  },
  async async(count) {
    const spans: FloorSpan[] = [];
    for (let i = 0; i < count; i++) {
      const span = open();
      await active
        .run(span, async () => {})
        .then(() => {
          span.end = performance.now();
        });
      spans.push(span);
    }
  },
});
