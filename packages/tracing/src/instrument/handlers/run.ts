// Runs a handler as an invocation: begins it, keeps the runtime waiting until it is over, then ends and sends it.
import type { InvocationStart, Runtime } from "../../runtime.ts";
import { tellWhileOpen } from "../../send/in-flight.ts";
import { settle, type Watcher } from "../../settle.ts";
import { writeAttribute } from "../../span.ts";
import { attach, type HandlerContext, owners } from "./context.ts";
import { fail, Lifetime, nothing } from "./lifetime.ts";

/** Whether the isolate has handled no event yet. */
let isColdStart = true;

/** Of objects whose first event is still to come. */
export const early = new WeakMap<HandlerContext, Lifetime>();

/**
 * Calls `handler` inside a new invocation. `received` gets what it returned before the caller does, may hold the
 * invocation open, and returns what the caller gets instead.
 */
export async function runInvocation<T>(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
  handler: (lifetime: Lifetime) => T | Promise<T>,
  received: (value: T, lifetime: Lifetime) => T = (value) => value,
): Promise<T> {
  const run = begin(runtime, start, context);
  const { lifetime } = run;
  try {
    const value = await runtime.active.run(lifetime.invocation.root, () => handler(lifetime));
    return received(value, lifetime);
  } catch (error) {
    fail(lifetime, error);
    throw error;
  } finally {
    finish(run);
  }
}

/** As `runInvocation`, but what `handler` returns at once the caller gets at once. */
export function runCall<T>(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
  handler: (lifetime: Lifetime) => T,
): T {
  const run = begin(runtime, start, context);
  const { lifetime } = run;
  return settle(() => runtime.active.run(lifetime.invocation.root, () => handler(lifetime)), ENDS_CALL, run);
}

/** A handler that runs. */
interface Run {
  runtime: Runtime;
  lifetime: Lifetime;
  /** Lets go of the invocation. */
  release: () => void;
}

const ENDS_CALL: Watcher<Run> = {
  succeeded: finish,
  failed(run, error) {
    fail(run.lifetime, error);
    finish(run);
  },
};

function begin(runtime: Runtime, start: InvocationStart, context: HandlerContext): Run {
  const lifetime = resumeEarly(runtime, start, context) ?? new Lifetime(runtime.begin(start));
  if (!start.part) {
    writeAttribute(lifetime.invocation.root, "faas.cold_start", isColdStart);
    isColdStart = false;
  }
  if (runtime.config.inFlight && lifetime.invocation.sampled) {
    void tellWhileOpen(runtime.host, runtime.exporter, lifetime.invocation);
  }
  lifetime.keepAlive = attach(context);
  if (context.id === undefined) owners.set(context, lifetime);
  else lifetime.leave = () => void leave(runtime, lifetime);
  const run = { runtime, lifetime, release: lifetime.hold() };
  lifetime.abandon = () => {
    lifetime.outcome = "canceled";
    finish(run);
  };
  return run;
}

function finish({ runtime, lifetime, release }: Run): void {
  release();
  lifetime.abandon = nothing;
  // Only now: registered from the start, it would keep the handler running after its client has gone away.
  lifetime.keepAlive(conclude(runtime, lifetime));
}

/** The invocation that an object's constructor has begun in, which becomes that of its first event. */
export function resumeEarly(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
): Lifetime | undefined {
  const lifetime = early.get(context);
  if (lifetime === undefined) return undefined;
  early.delete(context);
  lifetime.taken();
  runtime.resume(lifetime.invocation, start);
  return lifetime;
}

async function conclude(runtime: Runtime, lifetime: Lifetime): Promise<void> {
  await leave(runtime, lifetime, await lifetime.over(runtime.host));
}

/** Ends the invocation, and has it sent even if the runtime kills what runs in it next. Does nothing the second time. */
export async function leave(runtime: Runtime, lifetime: Lifetime, reading?: number): Promise<void> {
  const { invocation } = lifetime;
  if (invocation.ended) return;
  invocation.end(lifetime.outcome, reading);
  const found = lifetime.findCauses();
  if (found !== undefined) lifetime.link(await found);
  if (invocation.spans.length > invocation.first || invocation.logs.length > 0)
    await runtime.exporter.export(invocation);
}
