// Brings a request to the Worker's fetch handler, and answers where that does not: with what the origin says, if the
// handler asked for it, else that the server has failed.
import type { IncomingMessage } from "node:http";
import { messageOf } from "../errors.ts";
import { type Background, type Context, createCall } from "./context.ts";
import { trigger } from "./triggers.ts";
import type { LoadedWorker } from "./worker.ts";

export interface AnswerOptions {
  worker: LoadedWorker;
  background: Background;
  /** Where requests go that `passThroughOnException` hands on. */
  origin: string | undefined;
  /** Told of what a handler throws; `what` names the event. */
  onError(what: string, error: unknown): void;
}

/** Never rejects. */
export function answerer(
  options: AnswerOptions,
): (request: Request, message: IncomingMessage) => Promise<Response> {
  const { worker, background, origin, onError } = options;
  const { entrypoint, bindings } = worker;

  const handle = async (request: Request, context: Context): Promise<Response> => {
    const response = await entrypoint.call("fetch", request, bindings.env, context);
    if (response instanceof Response) return response;
    if (isForeign(response)) return new Response(response.body, response);
    throw new TypeError(
      `The fetch handler gave ${response === null ? "null" : typeof response}, not a Response.`,
    );
  };

  return async (request, message) => {
    const triggered = await trigger(request, message, {
      has: (name) => entrypoint.has(name),
      async call(name, event) {
        const { context, settled } = createCall(background);
        await entrypoint.call(name, event, bindings.env, context);
        return settled();
      },
      onError: (error) => onError(new URL(request.url).pathname, error),
    });
    if (triggered !== undefined) return triggered;
    if (!entrypoint.has("fetch")) return text(404, "This Worker has no fetch handler.");
    if (bindings.cf !== undefined)
      Object.defineProperty(request, "cf", { value: bindings.cf, enumerable: true });
    const call = createCall(background);
    try {
      return await handle(request, call.context);
    } catch (error) {
      onError(`${request.method} ${new URL(request.url).pathname}`, error);
      return call.passesThrough ? passThrough(request, origin) : text(500, "Internal Server Error");
    }
  };
}

/** Whether it is a Response of a library's own, as some bring one on Node. */
const isForeign = (value: unknown): value is Response =>
  Object.prototype.toString.call(value) === "[object Response]";

async function passThrough(request: Request, origin: string | undefined): Promise<Response> {
  const failed = "The Worker failed and left the request to its origin";
  if (origin === undefined) return text(502, `${failed}, but none was given: start it with --origin URL.`);
  if (request.bodyUsed) return text(502, `${failed}, but has read the request's body already.`);
  const { pathname, search } = new URL(request.url);
  try {
    return await fetch(new Request(`${new URL(origin).origin}${pathname}${search}`, request));
  } catch (error) {
    return text(502, `${failed}, which cannot be reached: ${messageOf(error)}.`);
  }
}

const text = (status: number, message: string): Response => new Response(`${message}\n`, { status });
