// Every step that a program may take. Long because it is one list.
import { RpcStub } from "cloudflare:workers";
import { attempt, show } from "../seeded.ts";
import { type Any, events, Mine, Plain, Target, throwing } from "./lent.ts";
import { drain, streams } from "./streams.ts";
import { values, type World } from "./values.ts";

const methods = ["echo", "tell", "value", "make", "missing", "own", "then", "toString", "nothing", "fetch"];

/** Each answers what it saw. */
export const steps: ((callee: Any, world: World) => unknown)[] = [
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
