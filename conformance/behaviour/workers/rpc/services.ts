// Whom the steps call: a service, one that passes on, an object, and an object of handlers.
import { DurableObject, RpcStub, WorkerEntrypoint } from "cloudflare:workers";
import { type Any, disposing, echo, events, Mine, plain, Target, tell, throwing } from "./lent.ts";
import { drain, streams } from "./streams.ts";

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

export const Handlers = {
  greet: (name: string, _env: unknown, context: ExecutionContext) =>
    `hello ${name} ${typeof context.waitUntil}`,
  one: (name: string) => name,
  answer: 42,
  tools: plain(3),
  fetch: () => new Response("handlers"),
};
