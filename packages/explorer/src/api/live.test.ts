import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { concerns, createLiveFeed, type LiveFeed, type LiveSource, type Sight } from "./live.ts";
import { throttle } from "./throttle.ts";

class FakeSource implements LiveSource {
  isClosed = false;
  #listeners = new Map<string, (event: { data?: unknown }) => void>();
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }
  emit(type: string, data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }
  close(): void {
    this.isClosed = true;
  }
}

class FakeSight implements Sight {
  visibilityState: Sight["visibilityState"] = "visible";
  #listener = () => {};
  addEventListener(_type: string, listener: () => void): void {
    this.#listener = listener;
  }
  become(state: Sight["visibilityState"]): void {
    this.visibilityState = state;
    this.#listener();
  }
}

let sight: FakeSight;
let sources: FakeSource[];
let feed: LiveFeed;
let heard: unknown[];
const last = (): FakeSource => sources.at(-1) as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  sight = new FakeSight();
  sources = [];
  heard = [];
  feed = createLiveFeed(
    () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    () => sight,
  );
});
afterEach(() => {
  vi.useRealTimers();
});

describe("createLiveFeed", () => {
  it("opens for the first listener and closes after the last", () => {
    expect(sources).toHaveLength(0);
    const stop = feed.onChange((change) => heard.push(change));
    const stopOther = feed.onChange(() => {});
    expect(sources).toHaveLength(1);
    last().emit("open");
    last().emit("changed", '{"traceIds":["a"],"truncated":false}');
    expect([feed.state(), heard]).toEqual(["live", [{ traceIds: ["a"], truncated: false }]]);
    stop();
    expect(last().isClosed).toBe(false);
    stopOther();
    vi.advanceTimersByTime(1_000);
    expect(last().isClosed).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
  });

  it("stays open from one page to the next", () => {
    const stop = feed.onChange(() => {});
    last().emit("open");
    stop();
    vi.advanceTimersByTime(999);
    feed.onChange((change) => heard.push(change));
    vi.advanceTimersByTime(20_000);
    last().emit("changed", '{"traceIds":["b"],"truncated":false}');
    expect([sources.length, last().isClosed, feed.state(), heard]).toEqual([
      1,
      false,
      "live",
      [{ traceIds: ["b"], truncated: false }],
    ]);
  });

  it("polls while the connection is lost, tries again ever more slowly, and catches up", () => {
    feed.onChange((change) => heard.push(change));
    last().emit("open");
    last().emit("error");
    expect(feed.state()).toBe("offline");
    vi.advanceTimersByTime(3_000);
    expect(heard).toEqual([{ traceIds: [], truncated: true }]);
    expect(sources).toHaveLength(2);
    last().emit("error");
    vi.advanceTimersByTime(999);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sources).toHaveLength(3);
    last().emit("open");
    expect(feed.state()).toBe("live");
    const before = heard.length;
    vi.advanceTimersByTime(20_000);
    expect(heard).toHaveLength(before);
  });

  it("rests while nobody sees the page, and then catches up", () => {
    feed.onChange((change) => heard.push(change));
    last().emit("open");
    sight.become("hidden");
    vi.advanceTimersByTime(4_999);
    sight.become("visible");
    vi.advanceTimersByTime(1_000);
    expect([sources.length, last().isClosed]).toEqual([1, false]);
    sight.become("hidden");
    vi.advanceTimersByTime(5_000);
    expect([last().isClosed, feed.state()]).toEqual([true, "connecting"]);
    vi.advanceTimersByTime(60_000);
    expect([sources.length, heard]).toEqual([1, []]);
    sight.become("visible");
    last().emit("open");
    expect([sources.length, feed.state(), heard]).toEqual([2, "live", [{ traceIds: [], truncated: true }]]);
  });

  it("does not connect a page that is opened in the background until somebody sees it", () => {
    sight.become("hidden");
    feed.onChange((change) => heard.push(change));
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(0);
    sight.become("visible");
    last().emit("open");
    expect([sources.length, heard]).toEqual([1, [{ traceIds: [], truncated: true }]]);
  });

  it("neither retries nor polls out of sight", () => {
    feed.onChange((change) => heard.push(change));
    last().emit("error");
    sight.become("hidden");
    vi.advanceTimersByTime(5_000);
    const [opened, told] = [sources.length, heard.length];
    vi.advanceTimersByTime(60_000);
    expect([sources.length, heard.length]).toEqual([opened, told]);
  });

  it("takes silence for a lost connection", () => {
    feed.onChange(() => {});
    last().emit("open");
    vi.advanceTimersByTime(30_000);
    last().emit("ping");
    vi.advanceTimersByTime(30_000);
    expect(feed.state()).toBe("live");
    vi.advanceTimersByTime(6_000);
    expect(feed.state()).toBe("offline");
  });

  it("takes a message it cannot read for any change", () => {
    feed.onChange((change) => heard.push(change));
    last().emit("changed", "<html>");
    expect(heard).toEqual([{ traceIds: [], truncated: true }]);
  });
});

describe("concerns", () => {
  it("is about the trace, or about any", () => {
    expect(concerns({ traceIds: ["a"], truncated: false }, "a")).toBe(true);
    expect(concerns({ traceIds: ["a"], truncated: false }, "b")).toBe(false);
    expect(concerns({ traceIds: [], truncated: true }, "b")).toBe(true);
  });
});

describe("throttle", () => {
  it("runs at once, then gathers, and never loses the last signal", async () => {
    const action = vi.fn(async () => {});
    const { signal } = throttle(action, 300);
    signal();
    expect(action).toHaveBeenCalledTimes(1);
    signal();
    signal();
    await vi.advanceTimersByTimeAsync(299);
    expect(action).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(action).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(action).toHaveBeenCalledTimes(2);
  });

  it("waits for a slow run and can be cancelled", async () => {
    const action = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 1_000)));
    const { signal, cancel } = throttle(action, 300);
    signal();
    signal();
    await vi.advanceTimersByTimeAsync(900);
    expect(action).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(action).toHaveBeenCalledTimes(2);
    signal();
    cancel();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(action).toHaveBeenCalledTimes(2);
  });
});
