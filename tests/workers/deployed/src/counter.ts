// A Durable Object that counts: over HTTP, over RPC, by alarm; and a class that extends it.

import { DurableObject } from "cloudflare:workers";
import { instrument, tracing } from "@enterspan/tracing";
import { config, type Env } from "./env.ts";

export class Counter extends DurableObject<Env> {
  static readonly limit = 100;
  static #made = 0;
  #count = 0;
  readonly ready: string;

  static made(): number {
    return Counter.#made;
  }

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    Counter.#made++;
    this.ready = this.describe();
    ctx.blockConcurrencyWhile(async () => {
      this.#count = (await ctx.storage.get<number>("count")) ?? 0;
      await this.load();
    });
  }

  describe(): string {
    return "ready at once";
  }

  async load(): Promise<void> {
    await tracing.enterSpan("load", () => scheduler.wait(1));
  }

  override async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "wait") {
      this.ctx.waitUntil(tracing.enterSpan("waited for", () => scheduler.wait(20)));
      return new Response("waiting");
    }
    if (name === "many") return new Response(String(this.read(10_000)));
    console.log(`${name} comes in`);
    await this.ctx.storage.put("latest", name);
    await tracing.enterSpan(`work of ${name}`, async () => {
      await scheduler.wait(10);
      console.log(`${name} works`);
    });
    return new Response(`${name} ${await this.increment(1)}`);
  }

  async increment(by: number): Promise<number> {
    this.#count += by;
    return tracing.enterSpan("increment", () => this.#count);
  }

  read(times: number): number {
    const { kv } = this.ctx.storage;
    kv.put("one", 1);
    let sum = 0;
    for (let i = 0; i < times; i++) sum += kv.get<number>("one") ?? 0;
    return sum;
  }

  fail(): string {
    throw new RangeError("no more");
  }

  identity() {
    return {
      isCounter: this instanceof Counter,
      isDurableObject: this instanceof DurableObject,
      constructor: this.constructor === Counter,
      name: this.constructor.name,
      limit: Counter.limit,
      made: Counter.made() > 0,
      ready: this.ready,
      own: Object.keys(this).sort(),
      methods: Object.getOwnPropertyNames(Counter.prototype).sort(),
      length: Counter.prototype.increment.length,
    };
  }

  async wake(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    await this.increment(10);
  }
}

export class Doubler extends Counter {
  override increment(by: number): Promise<number> {
    return super.increment(2 * by);
  }
}

instrument(Counter, config);
instrument(Doubler, config);
