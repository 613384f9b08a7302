// Named entrypoints: handlers on the prototype, and held as fields. They know the runtime's own `tracing`, as libraries do.

import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { instrument } from "@enterspan/tracing";
import { config, type Env } from "./env.ts";

export class Greeter extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    return tracing.enterSpan("greet", () => new Response(`hello ${new URL(request.url).pathname.slice(1)}`));
  }

  greet(name: string): string {
    return `hello ${name}`;
  }
}

instrument(Greeter, config);

export class Fields extends WorkerEntrypoint<Env> {
  readonly #greeting = "hello from";
  override fetch = async (request: Request): Promise<Response> =>
    tracing.enterSpan("field", () => new Response(`${this.#greeting} ${new URL(request.url).hostname}`));

  greet(): string {
    return `${this.#greeting} a method`;
  }
}

instrument(Fields, config);
