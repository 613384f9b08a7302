// The async context on Node's own frames (24 and later). What is active there is a frame, a map from storages to values;
// `enterWith` copies it to change one value, and again to put the former one back. A frame of ours copies nothing: it
// has one value and points to the frame around it. Node shows its frames to nobody: where they are not found, or do not
// do what is expected of them, the storage's own methods are used.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { AsyncContext } from "../host.ts";
import { createContext as createPlainContext } from "./context.ts";

/** What Node asks of a frame. */
interface Frame extends Iterable<[storage: unknown, value: unknown]> {
  get(storage: unknown): unknown;
  has(storage: unknown): boolean;
  /** Called on the frame that is active. */
  disable(storage: unknown): void;
}

/** Node's class of frames. */
interface Frames {
  /** A copy of the active frame, with another value of one storage. */
  new (storage: unknown, value: unknown): Frame;
  current(): Frame | undefined;
  set(frame: Frame | undefined): void;
}

export function createContext<T>(isCloudflare: boolean): AsyncContext<T> {
  const storage = new AsyncLocalStorage<T | undefined>();
  return (isCloudflare ? undefined : frameContext(storage)) ?? createPlainContext(isCloudflare, storage);
}

/** `storage` by frames of ours. Undefined where that cannot be. */
export function frameContext<T>(storage: AsyncLocalStorage<T | undefined>): AsyncContext<T> | undefined {
  try {
    const frames = findFrames();
    const context = frames && contextOn(frames, storage);
    return context && works(context as AsyncContext<unknown>) ? context : undefined;
  } catch {
    return undefined;
  }
}

function contextOn<T>(Frames: Frames, storage: AsyncLocalStorage<T | undefined>): AsyncContext<T> {
  class Own implements Frame {
    readonly value: T | undefined;
    /** One of Node's: a frame of ours inside of another takes over its base. */
    readonly base: Frame | undefined;
    /** What is put back. Gone afterwards: frames live as long as what was started in them, and would keep each other. */
    around: Frame | undefined;

    constructor(value: T | undefined, around: Frame | undefined) {
      this.value = value;
      this.base = around instanceof Own ? around.base : around;
      this.around = around;
    }

    get(of: unknown): unknown {
      return of === storage ? this.value : this.base?.get(of);
    }

    has(of: unknown): boolean {
      return of === storage || this.base?.has(of) === true;
    }

    /** For the copy that Node makes when another storage is entered. */
    *[Symbol.iterator](): Generator<[storage: unknown, value: unknown]> {
      if (this.base !== undefined) yield* this.base;
      yield [storage, this.value];
    }

    disable(of: unknown): void {
      const copy = new Frames(storage, this.value);
      copy.disable(of);
      Frames.set(copy);
    }
  }

  const getStore = () => Frames.current()?.get(storage) as T | undefined;

  /** Undefined inside of a frame of another context of ours: each would take the other's for its base, without end. */
  const enter = (value: T | undefined): Own | undefined => {
    const around = Frames.current();
    const own = new Own(value, around);
    if (own.base === undefined || own.base instanceof Frames) {
      Frames.set(own);
      return own;
    }
    storage.enterWith(value);
    return undefined;
  };

  const leave = (own: Own | undefined, former: T | undefined) => {
    // What the program has entered meanwhile, with `enterWith` of its own, stays, as it would without us.
    if (own !== undefined && Frames.current() === own) Frames.set(own.around);
    else storage.enterWith(former);
    if (own !== undefined) own.around = undefined;
  };

  const run = <R>(value: T | undefined, callback: () => R): R => {
    const former = getStore();
    const own = enter(value);
    try {
      return callback();
    } finally {
      leave(own, former);
    }
  };

  return { getStore, run, enter, leave: leave as Required<AsyncContext<T>>["leave"] };
}

/** A resource keeps the frame that it was made in, and a frame knows its class. */
function findFrames(): Frames | undefined {
  return new AsyncLocalStorage<true>().run(true, () => {
    const resource = new AsyncResource("enterspan") as AsyncResource & Record<symbol, Frame | undefined>;
    for (const symbol of Object.getOwnPropertySymbols(resource)) {
      const Frames = resource[symbol]?.constructor as Partial<Frames> | undefined;
      if (Frames?.current?.() === resource[symbol]) return Frames as Frames;
    }
    return undefined;
  });
}

/** Whether the values of others stay, ours goes where it should, and the former one is put back. */
function works({ getStore, run }: AsyncContext<unknown>): boolean {
  const other = new AsyncLocalStorage<number>();
  const sees = (own: unknown, others: unknown) => getStore() === own && other.getStore() === others;
  return other.run(1, () => {
    const inside = run("ours", () => {
      const restore = AsyncLocalStorage.snapshot();
      return run("inner", () => other.run(2, () => sees("inner", 2)) && restore(() => sees("ours", 1)));
    });
    return inside && sees(undefined, 1);
  });
}
