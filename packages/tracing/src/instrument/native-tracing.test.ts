// The runtime's own `tracing` is found by way of a context, and known by its class.
import { beforeEach, expect, it, vi } from "vitest";

let replaceTracingOf: typeof import("./native-tracing.ts").replaceTracingOf;
let ours: object;

beforeEach(async () => {
  // What has been replaced stays so for an isolate's life.
  vi.resetModules();
  ({ replaceTracingOf } = await import("./native-tracing.ts"));
  ours = (await import("../process.ts")).tracing;
});

/** An object of a class of that name, with a method of its prototype's. */
function native(className: string, method = "enterSpan") {
  const enterSpan = () => "native";
  const Class = { [className]: class {} }[className] as new () => Record<string, unknown>;
  Object.defineProperty(Class.prototype, method, { value: enterSpan, configurable: true });
  return { tracing: new Class(), prototype: Class.prototype as Record<string, unknown>, enterSpan };
}

it("the runtime's gets our methods, for all objects of its class", () => {
  const { tracing, prototype } = native("Tracing");
  replaceTracingOf({ tracing });
  expect(tracing.enterSpan).toBe((ours as Record<string, unknown>).enterSpan);
  expect(Object.hasOwn(prototype, "startSpan")).toBe(true);
  expect(Object.keys(tracing)).toEqual([]);
});

it("is replaced once: what the program puts there afterwards stays", () => {
  const { tracing, prototype } = native("Tracing");
  expect(replaceTracingOf({ tracing })).toBe(true);
  const mocked = () => "mocked";
  prototype.enterSpan = mocked;
  expect(replaceTracingOf({ tracing })).toBe(true);
  expect(tracing.enterSpan).toBe(mocked);
});

it("anything else of that name on a context is the program's", () => {
  const { tracing, enterSpan } = native("Mine");
  replaceTracingOf({ tracing });
  expect(tracing.enterSpan).toBe(enterSpan);
  for (const nothing of [undefined, null, "tracing"]) replaceTracingOf({ tracing: nothing });
});

it("one that cannot enter spans is left as it is", () => {
  const { tracing, prototype } = native("Tracing", "other");
  replaceTracingOf({ tracing });
  expect(tracing.startSpan).toBeUndefined();
  expect(Object.getOwnPropertyNames(prototype)).toEqual(["constructor", "other"]);
});
