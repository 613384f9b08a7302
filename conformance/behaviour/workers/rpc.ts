// Does at random what programs do with stubs, and answers what came of each step: of one seed always the same, whoever
// watches. `?seed=1&steps=20`.
// Long because it is one list: every step a program may take, and what the steps call.
import { DurableObject, RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import { attempt, Dice, show } from "./seeded.ts";

/** Anything that can be asked of a stub. */
// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is not there, too
type Any = any;

const events: string[] = [];
/**
 * Only objects tell what is disposed of: a service may be over before it hears of that. What is disposed of when the
 * request ends the next one does not tell.
 */
let generation = 0;

function disposing(what: string): () => void {
  const of = generation;
  return () => {
    if (of === generation) events.push(`disposed ${what}`);
  };
}

class Mine extends Error {
  override name = "Mine";
}

class Plain {
  x = 1;
  method(): number {
    return this.x;
  }
}

class Target extends RpcTarget {
  #sum: number;
  #dispose: () => void;
  own = "not to be had";

  constructor(start: number, dispose = () => {}) {
    super();
    this.#sum = start;
    this.#dispose = dispose;
  }

  add(by: number): number {
    this.#sum += by;
    return this.#sum;
  }

  get total(): number {
    return this.#sum;
  }

  child(by: number): Target {
    return new Target(this.#sum + by);
  }

  async call(back: (sum: number) => unknown): Promise<unknown> {
    return await back(this.#sum);
  }

  fail(): never {
    throw new Mine(`failed at ${this.#sum}`);
  }

  [Symbol.dispose](): void {
    this.#dispose();
  }
}

/** What the service and the object have in common. */
const echo = (...values: unknown[]): unknown => (values.length === 1 ? values[0] : values);
const tell = (...values: unknown[]): string => show(values.map((value) => [typeof value, value]));
const plain = (n: number, dispose = () => {}) => ({
  n,
  double: (x: number) => x * 2,
  deep: { target: new Target(n), list: [n, (x: number) => x + n] },
  [Symbol.dispose]: dispose,
});
const encode = (text: string) => new TextEncoder().encode(text);

/** Gives `count` chunks, each after a while. */
function chunks(count: number, last = (controller: ReadableByteStreamController) => controller.close()) {
  let n = 0;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      await scheduler.wait(1);
      if (n < count) controller.enqueue(encode(`chunk ${n++} `));
      else last(controller);
    },
  });
}
const failing = () =>
  chunks(1, (controller) => {
    controller.error(new Mine("in the stream"));
  });
const streams: Record<string, () => unknown> = {
  bytes: () => chunks(3),
  endless: () => chunks(Number.POSITIVE_INFINITY),
  failing,
  failed: () => new ReadableStream({ start: (controller) => controller.error(new Mine("at once")) }),
  empty: () => new ReadableStream({ start: (controller) => controller.close() }),
  text: () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("no bytes");
        controller.close();
      },
    }),
  written() {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    void writer.write(encode("written")).then(() => writer.close());
    return readable;
  },
  native: () => chunks(2).pipeThrough(new IdentityTransformStream()),
  locked() {
    const stream = chunks(1);
    stream.getReader();
    return stream;
  },
  async begun() {
    const stream = chunks(3);
    const reader = stream.getReader();
    await reader.read();
    reader.releaseLock();
    return stream;
  },
  response: () => new Response(chunks(2), { status: 202, headers: { a: "b" } }),
  "failing response": () => new Response(failing()),
  "empty response": () => new Response(null, { status: 204 }),
  object: () => ({ list: [chunks(1)], response: new Response("text") }),
  twice() {
    const stream = chunks(1);
    return [stream, stream];
  },
};

/** What comes of a stream, or of what holds some. */
async function drain(from: Any): Promise<unknown> {
  if (from instanceof ReadableStream) {
    let text = "";
    // The last of an endless one is given up.
    for await (const chunk of from) {
      text += new TextDecoder().decode(chunk);
      if (text.length > 50) break;
    }
    return text;
  }
  if (from instanceof Response) return [from.status, from.headers.get("a"), await from.text()];
  return Promise.all(Object.values(from).flat().map(drain));
}

const throwing: Record<string, () => unknown> = {
  range: () => new RangeError("out of it"),
  mine: () => new Mine("mine"),
  cause: () => Object.assign(new Error("caused", { cause: new TypeError("why") }), { code: 7 }),
  text: () => "only text",
  nothing: () => undefined,
  object: () => ({ reason: 1 }),
  dom: () => new DOMException("aborted", "AbortError"),
};

export class Service extends WorkerEntrypoint {
  own = "not to be had";
  field = () => "not to be called";
  #secret = 7;

  echo(...values: unknown[]): unknown {
    return echo(...values);
  }
  tell(...values: unknown[]): string {
    return tell(...values);
  }
  three(_a: unknown, _b: unknown, _c = "default"): number {
    return this.#secret + _c.length;
  }
  make(n: number): Target {
    return new Target(n);
  }
  async makeLater(n: number): Promise<Target> {
    await scheduler.wait(1);
    return new Target(n);
  }
  plain(n: number): unknown {
    return plain(n);
  }
  getFunction(n: number): (x: number) => number {
    return (x) => x + n;
  }
  async twice(back: (x: number) => Promise<unknown>): Promise<unknown[]> {
    return [await back(1), await back(2)];
  }
  async use(target: Any, by: number): Promise<unknown[]> {
    return [typeof target, target instanceof RpcStub, await target.add(by), await target.total];
  }
  fail(how: string): never {
    throw throwing[how]?.();
  }
  async failLater(how: string): Promise<never> {
    await scheduler.wait(1);
    throw throwing[how]?.();
  }
  get value(): number {
    return this.#secret;
  }
  get nothing(): undefined {
    return undefined;
  }
  get later(): Promise<string> {
    return Promise.resolve("later");
  }
  get failing(): never {
    throw new Mine("no value");
  }
  get tool(): (x: number) => number {
    return (x) => x * this.#secret;
  }
  get target(): Target {
    return new Target(100);
  }
  get tools(): object {
    return plain(this.#secret);
  }
  async count(stream: ReadableStream): Promise<number> {
    return (await new Response(stream).text()).length;
  }
  stream(n: number): ReadableStream {
    return new Response("s".repeat(n)).body as ReadableStream;
  }
  streamed(kind: string): unknown {
    return streams[kind]?.();
  }
  async drain(from: unknown): Promise<unknown> {
    return drain(from);
  }
  async knot(all: Any): Promise<unknown> {
    return [all.one === all.other, all.self === all, all.map.get(all.one) === all, await all.one.call(1)];
  }
  async respond(request: Request): Promise<Response> {
    return new Response(`${request.method} ${await request.text()}`, { status: 201, headers: { a: "b" } });
  }
  override toString(): string {
    return "a service";
  }
  override scheduled(): void {
    events.push("called as a method");
  }
}

/** Passes on to the service what it gets, and gives back what that gives. */
export class Relay extends WorkerEntrypoint<{ SERVICE: Any }> {
  pass(method: string, ...values: unknown[]): unknown {
    return this.env.SERVICE[method](...values);
  }
  async passLater(method: string, ...values: unknown[]): Promise<unknown> {
    return await this.env.SERVICE[method](...values);
  }
  async useBinding(binding: Any, ...values: unknown[]): Promise<unknown> {
    return [Object.prototype.toString.call(binding), await binding.echo(...values)];
  }
  keep(target: Any): Promise<unknown> {
    return target.dup().add(1);
  }
}

export class Thing extends DurableObject {
  #calls = 0;
  echo(...values: unknown[]): unknown {
    return echo(...values);
  }
  tell(...values: unknown[]): string {
    return tell(...values);
  }
  make(n: number): Target {
    return new Target(n + this.#calls++, disposing(`target of ${n}`));
  }
  plain(n: number): unknown {
    return plain(n, disposing(`plain ${n}`));
  }
  async twice(back: (x: number) => Promise<unknown>): Promise<unknown[]> {
    return [await back(1), await back(2)];
  }
  async use(target: Any, by: number): Promise<unknown> {
    return target.add(by);
  }
  fail(how: string): never {
    throw throwing[how]?.();
  }
  get value(): number {
    return this.#calls;
  }
  override alarm(): void {}
}

interface World {
  dice: Dice;
  stubs: Any[];
  env: Any;
  context: Any;
}

const values: ((world: World) => unknown)[] = [
  () => 1,
  () => "text",
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -0,
  () => 2n ** 70n,
  () => new Date(5),
  () => /a+/gi,
  () => Object.assign([1], { length: 3 }),
  () => ({ a: { b: [1, "2"] }, u: undefined }),
  () => new Map<unknown, unknown>([["k", new Set([1])]]),
  () => new Uint8Array([1, 2, 3]),
  () => new RangeError("a value"),
  () => new Mine("a value"),
  () => Symbol("no"),
  () => ({ deep: Symbol("no") }),
  () => new Plain(),
  () => Object.create(null),
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => new Headers({ a: "b" }),
  ({ env }) => env.SERVICE,
  ({ env }) => env.OBJECTS.getByName("one"),
  ({ env }) => env.SERVICE.echo,
  ({ env }) => ({ in: env.SERVICE.value }),
  () => new Target(1),
  () => ({ inside: new Target(2), list: [new Target(3)] }),
  () => (x: number) => x + 1,
  () => ({ inside: (x: number) => x + 1 }),
  () => async function named() {},
  () => Target,
  () => Object.freeze({ frozen: () => 1 }),
  () => Object.assign(() => 1, { more: 2 }),
  () => new Map([["call", () => 1]]),
  () => new Set([{ call: () => 1 }, new Target(4)]),
  () => Object.assign([() => 1], { more: () => 2 }),
  () => Array.from({ length: 100 }, (_, i) => i),
];

const methods = ["echo", "tell", "value", "make", "missing", "own", "then", "toString", "nothing", "fetch"];

/** Each answers what it saw. */
const steps: ((callee: Any, world: World) => unknown)[] = [
  (callee, world) => callee.echo(world.dice.pick(values)(world)),
  (callee, world) => callee.tell(world.dice.pick(values)(world), world.dice.pick(values)(world)),
  (callee, { dice }) => callee.three(...Array.from({ length: dice.roll(4) }, () => undefined)),
  (callee, { dice }) => callee[dice.pick(["value", "nothing", "later", "failing", "missing", "own"])],
  (callee, { dice }) => callee[dice.pick(["value", "missing", "own", "field", "tool", "alarm", "echo.a"])](3),
  (callee, { dice }) => callee.make(dice.roll(9)).add(2),
  (callee, { dice }) => callee.make(dice.roll(9)).child(1).child(2).add(3),
  (callee, { dice }) => callee.make(dice.roll(9))[dice.pick(["total", "own", "missing"])],
  (callee, { dice }) => callee.make(dice.roll(9))[dice.pick(["fail", "missing", "total"])](),
  (callee, { dice }) => callee.plain(dice.roll(9)).double(4),
  (callee, { dice }) => callee.plain(dice.roll(9)).deep.target.add(1),
  (callee, { dice }) => callee.plain(dice.roll(9))[dice.pick(["n", "deep", "missing"])],
  (callee) => callee.target.add(1),
  (callee) => callee.target.total,
  (callee, { dice }) =>
    callee.target[dice.pick(["add", "child", "fail", "total", "own", "missing", "dup"])](2),
  (callee, { dice }) => callee.target[dice.pick(["total", "own", "missing", "add"])],
  (callee, { dice }) => callee.tools[dice.pick(["n", "double", "deep", "missing", "constructor"])](2),
  (callee, { dice }) => callee.tools.deep[dice.pick(["list", "target", "missing"])].total,
  (callee, { dice }) => callee[dice.pick(["value", "nothing", "later", "missing", "make", "own"])].add(1),
  (callee) => callee.tools.deep.target.child(1).add(1),
  (_, { env, dice }) => env.HANDLERS.tools[dice.pick(["n", "double", "missing"])](1, 2),
  (_, { env, dice }) => env.HANDLERS[dice.pick(["answer", "tools", "missing"])].n,
  (callee) => JSON.stringify([callee.echo, callee.value, callee.missing.deeper]),
  (callee) => Response.json([callee, callee.echo, callee.missing.deeper]).text(),
  (callee, { dice }) => callee.getFunction(dice.roll(9))(5),
  (callee, { dice }) => callee.fail(dice.pick(Object.keys(throwing))),
  (callee, { dice }) => callee.failLater(dice.pick(Object.keys(throwing))),
  (callee, { dice }) => callee.fail(dice.pick(Object.keys(throwing))).add(1),
  async (callee, { dice, stubs }) => {
    const stub = await callee[dice.pick(["make", "makeLater"])](dice.roll(9));
    stubs.push(stub);
    return [
      await stub.add(1),
      await stub.total,
      String(stub),
      stub.then,
      "add" in stub,
      stub instanceof RpcStub,
    ];
  },
  async (callee, { dice }) => {
    using result = await callee.plain(dice.roll(9));
    const answers = [
      result.n,
      await result.double(4),
      await result.deep.target.add(3),
      await result.deep.list[1](1),
    ];
    return [answers, Object.keys(result)];
  },
  async (callee, { dice }) => {
    const stub = await callee.make(dice.roll(9));
    const copy = stub.dup();
    stub[Symbol.dispose]();
    const after = await attempt(() => stub.add(1));
    return [after, await copy.add(1), copy[Symbol.dispose]()];
  },
  async (_, { stubs, dice }) => {
    const stub = stubs[dice.roll(stubs.length + 1)];
    return stub === undefined ? "none" : [await stub.add(1), await stub.child(1).total];
  },
  (callee, { dice }) => {
    const n = dice.roll(9);
    return callee.twice((x: number) => {
      events.push(`called with ${x}`);
      if (n === 0) throw new Mine("in the callback");
      return x * n;
    });
  },
  (callee) => callee.twice(async (x: number) => ({ x, again: () => x })),
  (callee, { dice }) => callee.use(new Target(dice.roll(9)), 2),
  (callee, { dice }) => callee.make(1).call((sum: number) => sum + dice.roll(9)),
  async (callee) => {
    const target = new Target(1);
    return [await callee.use(target, 2), target.add(1), await callee.use(target, 2), target.total];
  },
  async (callee, { dice, stubs }) => {
    const stub = new RpcStub(new Target(dice.roll(9))) as Any;
    stubs.push(stub);
    return [
      await stub.add(1),
      await stub.child(2).total,
      await callee.use(stub, 3),
      stub instanceof RpcStub,
      stub.constructor === RpcStub,
      String(stub),
    ];
  },
  async () => {
    const stub = new RpcStub((x: number) => ({ x, again: () => x })) as Any;
    return [await stub(1), await stub.dup()(2).again()];
  },
  async (callee, { dice }) => {
    const member = { list: [() => 1], call: () => 2 };
    const made = [
      1,
      undefined,
      member,
      new Plain(),
      Target,
      [],
      async () => 1,
      Promise.resolve(),
      callee.make(1),
    ];
    const stub = new (RpcStub as Any)(
      dice.pick<Any>([...made, callee, callee.echo, new RpcStub(new Target(1))]),
    );
    return [
      typeof stub,
      await attempt(() => stub.add(1)),
      await attempt(() => stub.call()),
      await attempt(() => stub()),
    ];
  },
  async (callee, { dice }) => {
    const stub = new RpcStub(new Target(dice.roll(9))) as Any;
    stub[Symbol.dispose]();
    return [await attempt(() => stub.add(1)), await attempt(() => callee.use(stub, 1))];
  },
  (callee, { env, stubs, dice }) => env.RELAY.keep(dice.pick([...stubs, new Target(3), callee])),
  (_, { env, dice }) => env.RELAY.pass(dice.pick(methods), dice.roll(5), dice.roll(5)),
  (_, { env, dice }) => env.RELAY.pass("make", dice.roll(5)).add(1),
  async (_, { env, dice }) => {
    using stub = await env.RELAY.passLater("make", dice.roll(5));
    return stub.add(1);
  },
  (_, { env, dice }) => env.RELAY.pass("twice", (x: number) => x + dice.roll(3)),
  (callee, { env }) => env.RELAY.useBinding(callee, 1, "2"),
  (callee, { dice }) => callee.count(new Response("r".repeat(dice.roll(99))).body),
  async (callee, { dice }) => (await new Response(await callee.stream(dice.roll(99))).text()).length,
  async (callee) => {
    const response = await callee.respond(new Request("http://r/", { method: "POST", body: "posted" }));
    return [response.status, response.headers.get("a"), await response.text()];
  },
  async (callee, { dice }) => drain(await callee.streamed(dice.pick(Object.keys(streams)))),
  async (callee, { dice }) => {
    const kinds = ["bytes", "endless", "failing", "failed", "text", "locked", "written", "object", "twice"];
    return callee.drain(await streams[dice.pick(kinds)]?.());
  },
  async (callee, { dice }) => {
    const stream = await callee.streamed(dice.pick(["bytes", "endless", "failing"]));
    const reader = stream.getReader();
    const { value } = await reader.read();
    return [new TextDecoder().decode(value).slice(0, 5), await reader.cancel("enough")];
  },
  (callee) => {
    const one = { call: (x: number) => x + 1 };
    const all: Record<string, unknown> = { one, other: one };
    all.self = all;
    all.map = new Map([[one, all]]);
    return callee.knot(all);
  },
  (callee) => callee.echo(1).then((value: unknown) => ["then", value]),
  (callee) => callee.fail("mine").then(String, (error: unknown) => ["rejected", show(error)]),
  (callee) => callee.fail("mine").catch((error: unknown) => ["caught", show(error)]),
  (callee) => callee.echo(1).finally(() => events.push("finally")),
  (callee) => callee.value.then((value: unknown) => ["then", value]),
  (callee) => callee.missing.catch((error: unknown) => ["caught", show(error)]),
  (callee) => callee.value.finally(() => events.push("finally")),
  (callee) => callee.echo(1).then(undefined, String),
  (callee) => callee.value.then(),
  (callee) => Promise.all([callee.echo(1), callee.value, callee.make(1).add(1)]),
  (callee) => Promise.allSettled([callee.echo(1), callee.fail("text"), callee.missing()]),
  async (callee) => (await callee) === callee,
  async (callee) => {
    const promise = callee.echo({ a: 1 });
    return [await promise, await promise, await promise.a];
  },
  (callee) => {
    const { echo: taken } = callee;
    return taken(4);
  },
  (callee) => callee.echo.call(null, 4),
  (callee) => callee.echo.apply(null, [4]),
  (callee) => Reflect.apply(callee.echo, null, [4]),
  (callee) => new callee.echo(4),
  (callee, { dice }) => {
    // Not `fetch` and `connect`: what is traced is the stub's own, and its text ours.
    const name = dice.pick([
      "value",
      "missing",
      "own",
      "then",
      "toString",
      "dup",
      "constructor",
      "id",
      "name",
      "hasOwnProperty",
    ]);
    const member = callee[name];
    return [typeof member, String(member).slice(0, 60), name in callee, Object.hasOwn(callee, name)];
  },
  (callee) => [typeof callee.connect, callee.connect.name, callee.connect.length, "connect" in callee],
  (callee, { dice }) => callee[dice.pick(["alarm", "dup", "webSocketMessage", "scheduled", "connect"])](),
  (callee, { dice }) => callee[dice.pick(["enterspan", "", "a.b", "__proto__", "valueOf", "💥"])]?.(1),
  (callee) => [
    String(callee),
    Object.keys(callee),
    JSON.stringify({ callee }),
    callee instanceof callee.constructor,
  ],
  (callee) => [callee.constructor.name, Object.prototype.toString.call(callee), Object.keys(callee).length],
  (callee) => attempt(() => structuredClone(callee)).then((text) => text.split(":")[0]),
  (callee) => {
    const member = callee.echo;
    const promise = callee.echo(1);
    const kinds = [member, promise].map((one) => [typeof one, String(one), one.constructor.name, "x" in one]);
    return [kinds, promise instanceof Promise, Object.keys(promise), typeof promise.then, typeof member.then];
  },
  (callee) => callee.echo(callee.echo(1)),
  (callee) => Object.is(callee.echo, callee.echo),
  (callee, { env }) => [
    Object.values(env).includes(env.SERVICE),
    new Set([callee]).has(callee),
    new WeakMap([[callee, 1]]).get(callee),
  ],
  async (callee) => {
    const stub = await callee.make(1);
    const promise = callee.make(2);
    const prototypes = [stub, promise, callee.make, callee, promise.add].map((one) => {
      const prototype = Object.getPrototypeOf(one);
      return [prototype === one.constructor.prototype, prototype.constructor.name];
    });
    const names = ["add", "then", "0", "toJSON", "constructor", "", "valueOf"];
    return [
      prototypes,
      Object.getPrototypeOf(stub) === RpcStub.prototype,
      names.map((name) => [name in stub, name in promise, name in callee.make, name in callee]),
      [stub[0], typeof stub.toJSON, JSON.stringify([stub, promise])],
      await promise.add(1),
    ];
  },
  async (callee) => {
    const stub = await callee.echo((x: number) => x + 1);
    return [typeof stub, await stub(1), String(stub), JSON.stringify({ stub })];
  },
  async (callee) => {
    const stub = await callee.make(1);
    const promise = callee.make(2);
    const all = [callee, callee.echo, callee.echo.deeper, stub, stub.add, promise, promise.add];
    // Called without its object; and by whoever writes JSON without it.
    const { stringify } = JSON;
    return [
      stringify(all),
      await Response.json(all).text(),
      JSON.stringify({ toJSON: () => typeof callee.toJSON }),
      await attempt(() => callee.toJSON()),
      await promise.add(1),
    ];
  },
  (_, { env, dice }) => env.HANDLERS[dice.pick(["greet", "answer", "missing", "one"])]("you"),
  (_, { env }) => env.HANDLERS.answer,
  (callee) => callee.fetch("http://service/"),
];

/** Whom steps ask: bindings, and stubs that came otherwise. */
const callees: ((env: Any, exports: Any) => unknown)[] = [
  (env) => env.SERVICE,
  (env) => env.OBJECTS.getByName("one"),
  (_, exports) => exports.Service,
  (_, exports) => exports.Service({ props: { a: 1 } }),
  (env) => env.RELAY.pass("echo", env.SERVICE),
  (env) => env.RELAY.pass("echo", env.OBJECTS.getByName("one")),
  (env, exports) => env.RELAY.pass("echo", exports.Service({})),
];

export const Handlers = {
  greet: (name: string, _env: unknown, context: ExecutionContext) =>
    `hello ${name} ${typeof context.waitUntil}`,
  one: (name: string) => name,
  answer: 42,
  tools: plain(3),
  fetch: () => new Response("handlers"),
};

export default {
  async fetch(request: Request, env: Any, context: Any): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const world = { dice: new Dice(Number(searchParams.get("seed"))), stubs: [], env, context };
    const { dice } = world;
    const answers: string[] = [];
    events.length = 0;
    generation++;
    for (let i = 0; i < Number(searchParams.get("steps")); i++) {
      const at = dice.roll(callees.length);
      const callee = await callees[at]?.(env, context.exports);
      const step = dice.roll(steps.length);
      answers.push(`${i}: step ${step} at ${at}: ${await attempt(() => steps[step]?.(callee, world))}`);
    }
    // Disposal is told to the other side, which takes a while.
    await scheduler.wait(30);
    return Response.json([...answers, ...events.toSorted()]);
  },
};
