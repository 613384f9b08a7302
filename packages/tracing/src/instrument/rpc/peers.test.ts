// Which Workers behind bindings take the trace's context: this one's exports, those that are named, those that say so. That
// calls between two Workers are of one trace is tested in tests/pair.test.ts.
import { describe, expect, it, vi } from "vitest";
import { testRuntime } from "../../recorder.fixture.ts";
import { missing, RPC_METHOD } from "./path.ts";
import { Peers } from "./peers.ts";

const never = () => new Promise<never>(() => {});

function setUp(sleep: () => Promise<void> = never) {
  const propagation = { rpc: ["LISTED"] };
  const { runtime } = testRuntime({ propagation }, { sleep });
  const peers = new Peers(runtime);
  for (const name of ["default", "Admin"]) runtime.carrying.set(name, {});
  peers.know({ own: { SELF: "default", ADMIN: "Admin", GONE: "Gone" }, services: ["OTHER"] });
  return peers;
}

describe("of a binding", () => {
  const instrumented = (name: string, isExport = false) => {
    const { isInstrumented, isOwn } = setUp().of(name, {}, isExport);
    return [isInstrumented, isOwn];
  };

  it.each<[what: string, name: string, isExport: boolean, isInstrumented: boolean, isOwn: boolean]>([
    ["this Worker's default export", "SELF", false, true, true],
    ["another of its exports", "ADMIN", false, true, true],
    ["one that has no method of ours", "GONE", false, false, true],
    ["one of its exports by that name", "Admin", true, true, true],
    ["a Worker that the configuration names", "LISTED", false, true, false],
    ["one of its exports that the configuration names", "LISTED", true, true, true],
    ["any other Worker", "PLAIN", false, false, false],
  ])("to %s it knows", (_, name, isExport, isInstrumented, isOwn) => {
    expect(instrumented(name, isExport)).toEqual([isInstrumented, isOwn]);
  });
});

describe("a Worker that may be instrumented", () => {
  function asked(answer: () => Promise<unknown>, sleep?: () => Promise<void>) {
    const method = vi.fn(answer);
    const peers = setUp(sleep);
    const peer = peers.of("OTHER", { [RPC_METHOD]: method }, false);
    return { method, event: () => peers.whenKnown(() => peer.isInstrumented) };
  }

  it("is asked once, before the first event goes on", async () => {
    const { method, event } = asked(async () => true);
    expect(await event()).toBe(true);
    expect(event(), "at once").toBe(true);
    expect(method).toHaveBeenCalledExactlyOnceWith([]);
  });

  it("is not, where it has no such method", async () => {
    const { method, event } = asked(() => Promise.reject(missing(RPC_METHOD)));
    expect(await event()).toBe(false);
    expect(event()).toBe(false);
    expect(method).toHaveBeenCalledTimes(1);
  });

  it("is not, where it answers something else", async () => {
    const { event } = asked(async () => "whatever it is asked");
    expect(await event()).toBe(false);
  });

  it("is asked again by the next event, where it could not be reached", async () => {
    const answers = [() => Promise.reject(new Error("not running")), async () => true];
    const { event } = asked(() => (answers.shift() as () => Promise<unknown>)());
    expect(await event()).toBe(false);
    expect(await event()).toBe(true);
  });

  it("is not waited for where it does not answer", async () => {
    const { event } = asked(never, async () => {});
    expect(await event()).toBe(false);
  });
});
