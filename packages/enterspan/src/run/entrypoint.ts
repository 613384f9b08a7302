// What the user's module exports by default, as one thing to call: an object of handlers, or a class that is made anew
// for each event.
import { CliError } from "../errors.ts";
import type { Context } from "./context.ts";

/** Events that are brought to a Worker here. */
export type HandlerName = "fetch" | "scheduled" | "queue" | "email";

const HANDLERS: readonly HandlerName[] = ["fetch", "scheduled", "queue", "email"];

type Handlers = Partial<Record<HandlerName, (event: unknown, env: unknown, context: Context) => unknown>>;

export class Entrypoint {
  readonly #exported: unknown;

  /** @throws CliError where there is nothing to call; `file` is the user's, for the message. */
  constructor(exported: unknown, file: string) {
    this.#exported = exported;
    if (exported === undefined) {
      throw new CliError(`${file} has no default export. ${EXAMPLE}`);
    }
    if (!HANDLERS.some((name) => this.has(name))) {
      throw new CliError(
        `The default export of ${file} has none of the handlers ${HANDLERS.join(", ")}. ${EXAMPLE}`,
      );
    }
  }

  has(name: HandlerName): boolean {
    const exported = this.#exported;
    const handlers = typeof exported === "function" ? (exported.prototype as unknown) : exported;
    return typeof (handlers as Handlers | null)?.[name] === "function";
  }

  /** Calls a handler that is there. */
  async call(name: HandlerName, event: unknown, env: unknown, context: Context): Promise<unknown> {
    const exported = this.#exported;
    if (typeof exported === "function") {
      const instance = new (exported as new (context: Context, env: unknown) => Handlers)(context, env);
      return (instance[name] as (event: unknown) => unknown)(event);
    }
    return (exported as Required<Handlers>)[name](event, env, context);
  }
}

const EXAMPLE = 'Export one: export default { fetch(request, env, ctx) { return new Response("hello"); } }';
