// A recording in a process whose fetch and console `instrument` has taken over already, as when a test imports a Worker's
// entry: each call is seen once.
import { expect, it, vi } from "vitest";
import { instrument } from "../instrument.ts";
import { recordTrace } from "./index.ts";

it("makes one span of a fetch and one log of a line", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.stubGlobal("fetch", async () => new Response("ok"));
  instrument({ fetch: () => new Response() }, { serviceName: "test" });
  const trace = await recordTrace(async () => {
    await fetch("http://api.test/");
    console.log("once");
  });
  expect(trace).toMatchObject({ spans: [{ name: "root" }, { name: "fetch" }] });
  expect(trace.logs).toHaveLength(1);
  const answered = await recordTrace(async () => (await fetch("http://api.test/")).text(), {
    fetch: async () => new Response("mine"),
  });
  expect(answered.result).toBe("mine");
  expect(answered.spans).toHaveLength(2);
});
