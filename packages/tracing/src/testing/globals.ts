// The global fetch, console and timers while something is recorded. Whatever is there, a mock included, is seen through:
// calls from a recorded program are recorded and then reach it with the program's own arguments, and all others just
// reach it. When the last recording is over, what was there is there again.
import type { Invocation } from "../invocation.ts";
import { active } from "../process.ts";
import { invocationOf } from "../span.ts";
import { type GlobalsOptions, type Method, type Recorder, recorders } from "./recorders.ts";

const optionsOf = new WeakMap<Invocation, GlobalsOptions>();

/** Lets the globals know whose calls to record. */
export function recordGlobals(invocation: Invocation, options: GlobalsOptions): void {
  optionsOf.set(invocation, options);
}

let holders = 0;
let placed: Placed[] = [];

/** Puts ours in place until the returned function is called. */
export function holdGlobals(): () => void {
  holders++;
  for (const [target, key, record] of recorders()) place(target, key, record);
  return () => {
    if (--holders > 0) return;
    for (const one of placed.reverse()) putBack(one);
    placed = [];
  };
}

interface Placed {
  target: object;
  key: string;
  descriptor: PropertyDescriptor;
  ours: unknown;
}

/**
 * A proxy, so that a mock still is one to its framework: all that is asked of it is answered by the mock itself.
 * A test that replaces it while it is in place has its way, and keeps it.
 */
function place(target: object, key: string, record: Recorder): void {
  removeStale(target, key);
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  const inner = (target as Record<string, unknown>)[key];
  if (descriptor?.configurable !== true || typeof inner !== "function") return;
  if (placed.some(({ ours }) => ours === inner)) return;
  const ours: Method = new Proxy(inner as Method, {
    apply(method, self, args) {
      const options = recordedHere();
      if (options === undefined || isPassedOn(key, ours, options)) return Reflect.apply(method, self, args);
      const outer = call;
      call = { key, ours, options };
      try {
        return record(method, self, args as never[], options);
      } finally {
        call = outer;
      }
    },
  });
  Object.defineProperty(target, key, {
    value: ours,
    writable: true,
    configurable: true,
    enumerable: descriptor.enumerable === true,
  });
  placed.push({ target, key, descriptor, ours });
  replaced.set(ours, descriptor);
}

/** What each of ours has replaced. */
const replaced = new WeakMap<Method, PropertyDescriptor>();

/** Removes ours where a test has put it back after its recording: fake timers that were installed inside of one do. */
function removeStale(target: object, key: string): void {
  for (;;) {
    const inner = (target as Record<string, Method>)[key] as Method;
    const descriptor = replaced.get(inner);
    if (descriptor === undefined || placed.some(({ ours }) => ours === inner)) return;
    Object.defineProperty(target, key, descriptor);
  }
}

function putBack({ target, key, descriptor, ours }: Placed): void {
  if ((target as Record<string, unknown>)[key] === ours) Object.defineProperty(target, key, descriptor);
}

function recordedHere(): GlobalsOptions | undefined {
  const span = active.getStore();
  const invocation = span && invocationOf(span);
  return invocation && optionsOf.get(invocation);
}

/** The recorded call that is being made at this very moment. */
let call: { key: string; ours: Method; options: GlobalsOptions } | undefined;

/**
 * Whether a call is only a recorded one on its way: a spy that was put on one proxy may itself be behind another one,
 * which a later recording has placed. What a mock calls itself goes through the same proxy again, and is its own call.
 */
function isPassedOn(key: string, ours: Method, options: GlobalsOptions): boolean {
  return call !== undefined && call.options === options && call.key === key && call.ours !== ours;
}
