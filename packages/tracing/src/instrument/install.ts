// Instruments an isolate or process, once: its fetch, its console and its caches. What the Worker exports and is bound to
// comes later, by way of what this returns.
import type { CheckedSource } from "../config.ts";
import { captureConsole } from "../logs.ts";
import { active, host } from "../process.ts";
import { Runtime } from "../runtime.ts";
import { lookLike, standIn } from "../stand-in.ts";
import { type CachePrototype, instrumentCaches } from "./bindings/cache.ts";
import { instrumentFetch } from "./bindings/fetch.ts";
import { type EventTargetPrototype, instrumentListeners } from "./bindings/listeners.ts";
import type { Instrumentations } from "./env.ts";
import { Installation } from "./installation.ts";
import { setOwn } from "./own-property.ts";

/** Such as a runtime has. */
interface PlatformClasses {
  Cache?: { prototype: CachePrototype };
  WebSocketPair?: object;
}

export let installed: Installation | undefined;

const { fetch } = globalThis;
let traced: typeof fetch | undefined;

/** Stands there from the import on, for modules that keep `fetch` when they are evaluated, which is before `instrument`. */
const kept = {
  fetch(this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(traced ?? fetch, this, args);
  },
}.fetch as typeof fetch;
try {
  replaceFetch(kept, fetch);
} catch {
  // As below.
}

/**
 * Installs what `read` gives a configuration for; the second time, that of the first. Code that has kept the runtime's own
 * console before goes on untraced.
 */
export function installOnce(read: () => CheckedSource, instrumentations: Instrumentations): Installation {
  if (installed === undefined) {
    installed = new Installation(new Runtime(host, active), read(), instrumentations);
    try {
      const current = globalThis.fetch;
      // Whatever the program has put there itself is traced as it is.
      if (current === kept) traced = instrumentFetch(installed.runtime, fetch);
      else replaceFetch(instrumentFetch(installed.runtime, current), current);
      standIn(globalThis.fetch);
      captureConsole(globalThis.console, active);
      const { Cache, WebSocketPair } = globalThis as PlatformClasses;
      if (Cache !== undefined) instrumentCaches(installed.runtime, Cache.prototype);
      // Elsewhere listeners are called in the context that they were added in.
      if (WebSocketPair !== undefined) {
        listenTo(WebSocket, ["onopen", "onmessage", "onclose", "onerror"]);
        listenTo(AbortSignal);
      }
    } catch {
      // Frozen, by a hardened program: what cannot be replaced works as it did, without spans or logs.
    }
  }
  return installed;
}

function listenTo({ prototype }: { prototype: EventTarget }, handlers?: string[]): void {
  instrumentListeners((installed as Installation).runtime, prototype as EventTargetPrototype, handlers);
}

function replaceFetch(ours: typeof fetch, original: typeof fetch): void {
  setOwn(globalThis, "fetch", lookLike(ours, original));
}
