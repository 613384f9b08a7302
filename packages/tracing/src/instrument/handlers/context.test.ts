// The context of a handler with the API on it: what is given to its `waitUntil` reaches the runtime as it would, and holds
// open the event that gave it.
import { expect, it } from "vitest";
import { tracing } from "../../process.ts";
import { testRuntime } from "../../recorder.fixture.ts";
import { SERVER } from "../../span-record.ts";
import { attach, waitUntil } from "./context.ts";
import { runInvocation } from "./run.ts";

/** Refuses as the runtime's own does. */
class Context {
  readonly #given: Promise<unknown>[] = [];
  readonly id?: string;
  constructor(id?: string) {
    if (id !== undefined) this.id = id;
  }
  waitUntil(...args: [promise?: Promise<unknown>]): void {
    const given = this.#given;
    if (args.length === 0) throw new TypeError("1 argument required");
    given.push(args[0] as Promise<unknown>);
  }
  static givenTo(context: Context): Promise<unknown>[] {
    return context.#given;
  }
}

it("refuses what the runtime refuses: another object, nothing at all", () => {
  const context = new Context();
  attach(context);
  expect(() => context.waitUntil.call({} as never, Promise.resolve())).toThrow(TypeError);
  expect(() => context.waitUntil()).toThrow("1 argument required");
  expect(Context.givenTo(context)).toEqual([]);
});

it("is attached once, by whatever comes by it", () => {
  const context = new Context();
  const keepAlive = attach(context);
  const { waitUntil } = context;
  expect(attach(context)).toBe(keepAlive);
  expect(context.waitUntil).toBe(waitUntil);
  expect((context as { tracing?: unknown }).tracing).toBe(tracing);
});

it("keeps the runtime's own API where the runtime has one, whose methods are ours", () => {
  class Tracing {
    enterSpan(): string {
      return "native";
    }
  }
  const context = Object.assign(new Context(), { tracing: new Tracing() });
  const { tracing: native } = context;
  attach(context);
  expect(context.tracing).toBe(native);
  expect(native.enterSpan).toBe(tracing.enterSpan);
});

it("asks a thenable once, and gives the runtime a promise of it", async () => {
  const context = new Context();
  attach(context);
  let asked = 0;
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  const thenable = { then: (resolve: (value: string) => void) => resolve(`asked ${++asked}`) };
  context.waitUntil(thenable as never);
  const [given] = Context.givenTo(context);
  expect(given).toBeInstanceOf(Promise);
  expect(await given).toBe("asked 1");
});

it.each<[what: string, give: (context: Context, promise: Promise<unknown>) => void]>([
  ["the context's", (context, promise) => context.waitUntil(promise)],
  ["the one that is imported", (_, promise) => waitUntil(promise)],
])(
  "%s holds open the event that uses it, of those that a Durable Object handles at once",
  async (_, give) => {
    const { runtime, bodies } = testRuntime();
    const context = new Context("0123");
    const gate = Promise.withResolvers<void>();
    const event = (name: string, handler: () => void) =>
      runInvocation(runtime, { name, kind: SERVER }, context as never, async () => handler());
    await Promise.all([event("waits", () => give(context, gate.promise)), event("does not", () => {})]);
    expect(Context.givenTo(context)).toContain(gate.promise);
    await expect.poll(() => bodies.length).toBe(1);
    expect(bodies[0]?.body).toContain('"does not"');
    expect(bodies[0]?.body).not.toContain('"waits"');
    gate.resolve();
    await expect.poll(() => bodies.length).toBe(2);
    expect(bodies[1]?.body).toContain('"waits"');
  },
);

it("the one that is imported does nothing outside of events", () => {
  expect(() => waitUntil(Promise.resolve())).not.toThrow();
});
