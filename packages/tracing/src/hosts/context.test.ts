// What both kinds of async context do, and what the program's own storages notice of them: nothing.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, it } from "vitest";
import type { AsyncContext } from "../host.ts";
import { createContext } from "./context.ts";
import { frameContext } from "./node-context.ts";

type Make = (storage: AsyncLocalStorage<string | undefined>) => AsyncContext<string> | undefined;

const KINDS: [string, Make][] = [
  ["the storage's methods", (storage) => createContext(false, storage)],
  // On a Node that keeps its frames elsewhere there is none, and everything here fails.
  ["frames of our own", frameContext],
];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe.each(KINDS)("an async context by %s", (_what, make) => {
  let context: AsyncContext<string>;
  /** A storage of the program's. */
  let theirs: AsyncLocalStorage<number>;

  beforeEach(() => {
    context = make(new AsyncLocalStorage()) as AsyncContext<string>;
    theirs = new AsyncLocalStorage();
  });

  /** As a span is entered. */
  function within<T>(value: string, callback: () => T, { getStore, enter, leave } = context): T {
    const former = getStore.call(context);
    const entered = enter?.(value);
    try {
      return callback();
    } finally {
      leave?.(entered, former);
    }
  }

  const seen = () => [context.getStore(), theirs.getStore()];
  const seenAfter = async (wait: () => Promise<unknown>) => {
    await wait();
    return seen();
  };

  it("has a value while the callback runs, and the former one afterwards, also of one that throws", () => {
    expect(seen()).toEqual([undefined, undefined]);
    within("a", () => {
      expect(context.getStore()).toBe("a");
      expect(() =>
        within("b", () => {
          expect(context.getStore()).toBe("b");
          throw new Error("thrown");
        }),
      ).toThrow("thrown");
      expect(context.getStore()).toBe("a");
      context.run("c", () => expect(context.getStore()).toBe("c"));
      expect(() =>
        context.run("d", () => {
          throw new Error("thrown");
        }),
      ).toThrow("thrown");
      expect(context.getStore()).toBe("a");
    });
    expect(context.getStore()).toBeUndefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["an await", async () => null],
    ["a timer", () => delay(1)],
    ["a microtask", () => new Promise<void>((resolve) => queueMicrotask(resolve))],
    ["an immediate", () => new Promise((resolve) => void setImmediate(resolve))],
    ["a tick", () => new Promise<void>((resolve) => process.nextTick(resolve))],
  ])("goes on after %s, with the program's storages", async (_how, wait) => {
    const started = theirs.run(1, () =>
      within("a", async () => {
        const inner = within("b", () => theirs.run(2, () => seenAfter(wait)));
        await wait();
        return [seen(), await inner];
      }),
    );
    expect(seen()).toEqual([undefined, undefined]);
    expect(await started).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("is what functions and resources keep that are made in it", () => {
    const [bound, snapshot, resource] = theirs.run(1, () =>
      within(
        "a",
        () => [AsyncResource.bind(seen), AsyncLocalStorage.snapshot(), new AsyncResource("test")] as const,
      ),
    );
    within("b", () => {
      expect([bound(), snapshot(seen), resource.runInAsyncScope(seen)]).toEqual(Array(3).fill(["a", 1]));
      expect(seen()).toEqual(["b", undefined]);
    });
  });

  it("keeps what the program enters, in it and in its storages around", () => {
    theirs.run(1, () => {
      within("a", () => {
        within("b", () => theirs.enterWith(2));
        expect(seen()).toEqual(["a", 2]);
        theirs.run(3, () => within("c", () => expect(seen()).toEqual(["c", 3])));
        theirs.exit(() => expect(seen()).toEqual(["a", undefined]));
        context.run("d", () => theirs.enterWith(4));
        expect(seen()).toEqual(["a", 4]);
      });
      expect(seen()).toEqual([undefined, 4]);
    });
    expect(seen()).toEqual([undefined, undefined]);
  });

  it("lets the program disable a storage, from there on and nowhere else", async () => {
    await theirs.run(1, async () => {
      const before = within("a", () => seenAfter(async () => null));
      within("b", () => {
        theirs.disable();
        expect(seen()).toEqual(["b", undefined]);
        within("c", () => expect(seen()).toEqual(["c", undefined]));
      });
      expect(seen()).toEqual([undefined, undefined]);
      expect(await before).toEqual(["a", 1]);
    });
  });

  it("stands in another of its kind, each with its own value", () => {
    const other = make(new AsyncLocalStorage()) as AsyncContext<string>;
    const both = () => [context.getStore(), other.getStore(), theirs.getStore()];
    theirs.run(1, () =>
      within("a", () =>
        other.run("x", () => {
          expect(both()).toEqual(["a", "x", 1]);
          within("b", () => {
            expect(both()).toEqual(["b", "x", 1]);
            other.run("y", () => expect(both()).toEqual(["b", "y", 1]));
            expect(both()).toEqual(["b", "x", 1]);
          });
          expect(both()).toEqual(["a", "x", 1]);
        }),
      ),
    );
    expect(both()).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ["alone", false],
    ["with another of its kind inside", true],
  ])("lets go of values that are over, though what they have started goes on, %s", async (_how, isPaired) => {
    const [one, other] = [0, 1].map(
      () => make(new AsyncLocalStorage()) as unknown as AsyncContext<object>,
    ) as [AsyncContext<object>, AsyncContext<object>];
    const values: WeakRef<object>[] = [];
    const remaining = Promise.withResolvers<number>();
    const step = (left: number) => {
      if (left === 0) {
        collect();
        remaining.resolve(values.filter((value) => value.deref() !== undefined).length);
        return;
      }
      const value = {};
      values.push(new WeakRef(value));
      const former = one.getStore();
      const entered = one.enter?.(value);
      const goOn = () => void setTimeout(step, 0, left - 1);
      if (isPaired) other.run({}, goOn);
      else goOn();
      one.leave?.(entered, former);
    };
    step(50);
    // One may be kept in a copy of Node's that a frame of ours stands before.
    expect(await remaining.promise).toBeLessThan(5);
  });
});
