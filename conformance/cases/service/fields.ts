// A class as default export that holds its handler as a field, and calls another one that does.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Greeter extends WorkerEntrypoint<Env> {
  readonly #greeting = "hello";
  override fetch = async (request: Request): Promise<Response> =>
    tracing.enterSpan("greet", () => new Response(`${this.#greeting} ${new URL(request.url).pathname}`));
}

export default class extends WorkerEntrypoint<Env> {
  override fetch = (): Promise<Response> =>
    tracing.enterSpan("handle", () => this.env.SERVICE.fetch("http://greeter/you"));
}
