// How long an invocation stays open when what it waits for does not end.
import { describe, expect, it } from "vitest";
import { testRuntime } from "../../recorder.fixture.ts";
import { SERVER } from "../../span-record.ts";
import { Lifetime } from "./lifetime.ts";

/** A lifetime on a host whose pauses take no time, and how long it has paused. */
function lingering(isCloudflare: boolean) {
  const { runtime } = testRuntime();
  const lifetime = new Lifetime(runtime.begin({ name: "root", kind: SERVER }));
  let pausedMs = 0;
  const sleep = async (ms: number) => {
    pausedMs += ms;
    if (pausedMs > 1_000_000) throw new Error("waits without end");
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    lifetime,
    over: () => lifetime.over({ ...runtime.host, sleep, isCloudflare }),
    paused: () => pausedMs,
  };
}

describe("an invocation", () => {
  it.each([
    ["when Cloudflare would", true, 25_000],
    ["after five minutes elsewhere", false, 300_000],
  ])("gives up on a waitUntil that does not end %s", async (_when, isCloudflare, ms) => {
    const { lifetime, over, paused } = lingering(isCloudflare);
    lifetime.extend(new Promise(() => {}));
    await over();
    expect(paused()).toBe(ms);
  });

  it("does not give up on a body that is still sent, and counts from its end", async () => {
    const { lifetime, over, paused } = lingering(true);
    lifetime.extend(new Promise(() => {}));
    const sent = lifetime.holdForStream();
    const isOver = over();
    while (paused() < 60_000) await new Promise((resolve) => setImmediate(resolve));
    const whenSent = paused();
    sent();
    await isOver;
    expect(paused() - whenSent).toBeLessThanOrEqual(26_000);
  });

  it("is held by each that holds it, however often another lets go", async () => {
    const { lifetime, over } = lingering(false);
    const [one, other] = [lifetime.hold(), lifetime.hold()];
    let isOver = false;
    const ended = over().then(() => {
      isOver = true;
    });
    one();
    one();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    other();
    await ended;
  });

  it("is over at once when nothing holds it", async () => {
    const { over, paused } = lingering(true);
    await over();
    expect(paused()).toBe(0);
  });
});
