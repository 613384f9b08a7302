import { expect, describe as group, it } from "vitest";
import { describe, isRefusal, refusalOf } from "./failure.ts";

const record = (message: string) => JSON.stringify({ timestamp: "1", level: "error", message });
const failed = (...stderr: string[]) => ({
  reason: "Error reloading local server",
  cause: new Error(`The Workers runtime failed to start.\nRuntime stderr:\n${stderr.join("\n")}`),
});

group("refusalOf", () => {
  it("is the user's message alone, without service and stack", () => {
    const event = failed(record("service core:user:small: Uncaught Error: boom\n  at entry.js:2022:7"));
    expect(refusalOf(event)).toBe("Uncaught Error: boom");
  });

  it("keeps every message once, and lines that are no records", () => {
    expect(refusalOf(failed(record("a"), record("a"), "plain", ""))).toBe("a; plain");
  });

  it("is none for other failures", () => {
    expect(refusalOf({ reason: "Error resolving config", cause: new Error("bad") })).toBeUndefined();
    expect(refusalOf({})).toBeUndefined();
  });
});

group("describe", () => {
  it.each([
    [{ reason: "Why", cause: new Error("what\nnow") }, "Why: what now"],
    [new Error("bare"), "bare"],
    [{}, "wrangler failed and did not say at what"],
  ])("%o", (event, text) => {
    expect(describe(event)).toBe(text);
  });
});

it("tells a refusal from the Worker's own errors", () => {
  const log = (level: string, message: string) => ({ timestamp: 0, level, message });
  expect(isRefusal(log("error", "service core:user:small: Uncaught Error: boom"))).toBe(true);
  expect(isRefusal(log("error", "boom"))).toBe(false);
  expect(isRefusal(log("log", "service core:user:small: mine"))).toBe(false);
});
