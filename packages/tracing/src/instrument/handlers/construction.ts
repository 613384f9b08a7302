// A Durable Object's constructor, with what it blocks events with, is part of the event that the object is made for. That
// comes after it: the constructor's invocation waits, and becomes the event's.
import { attempt } from "../../attempt.ts";
import type { InvocationStart, Runtime } from "../../runtime.ts";
import type { Span } from "../../span.ts";
import { SERVER } from "../../span-record.ts";
import { attach, type HandlerContext } from "./context.ts";
import { fail, Lifetime, LOOK_MS } from "./lifetime.ts";
import { early, leave, resumeEarly } from "./run.ts";

const START: InvocationStart = { name: "constructor", kind: SERVER };

/**
 * Runs `construct`. Where no event comes, because the object could not be made or because it is made for none that we
 * see, the constructor's invocation stands alone, and `describe` tells of its root.
 */
export function runConstructor<T>(
  runtime: Runtime,
  context: HandlerContext,
  construct: () => T,
  describe: (root: Span) => void,
): T {
  const lifetime = attempt(() => beginEarly(runtime, context));
  if (lifetime === undefined) return construct();
  const { root } = lifetime.invocation;
  const abandon = async (reading?: number) => {
    if (early.get(context) !== lifetime) return;
    resumeEarly(runtime, START, context);
    describe(root);
    await leave(runtime, lifetime, reading);
  };
  lifetime.leave = () => void abandon();
  const event = new Promise<void>((resolve) => {
    lifetime.taken = resolve;
  });
  const wait = async () => {
    // Timers of a Durable Object run in turn. One of ours that its events are blocked for, or that is left when the event
    // blocks others, keeps the program's from running in runtimes of before 2026-11.
    const reading = await lifetime.free(runtime.host);
    // The event comes as soon as nothing blocks it.
    await runtime.host.sleep(LOOK_MS, event);
    await abandon(reading);
  };

  try {
    return runtime.active.run(root, construct);
  } catch (error) {
    fail(lifetime, error);
    lifetime.leave();
    throw error;
  } finally {
    lifetime.keepAlive(wait());
  }
}

function beginEarly(runtime: Runtime, context: HandlerContext): Lifetime {
  const lifetime = new Lifetime(runtime.begin({ ...START, isEarly: true }));
  lifetime.keepAlive = attach(context);
  early.set(context, lifetime);
  return lifetime;
}
