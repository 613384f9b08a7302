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

let installed: Installation | undefined;

/**
 * Installs what `read` gives a configuration for; the second time, that of the first. Code that has kept the runtime's own
 * functions before goes on untraced.
 */
export function installOnce(read: () => CheckedSource, instrumentations: Instrumentations): Installation {
  if (installed === undefined) {
    installed = new Installation(new Runtime(host, active), read(), instrumentations);
    try {
      const { fetch } = globalThis;
      setOwn(globalThis, "fetch", standIn(lookLike(instrumentFetch(installed.runtime, fetch), fetch)));
      captureConsole(globalThis.console, active);
      const { Cache, WebSocketPair } = globalThis as PlatformClasses;
      if (Cache !== undefined) instrumentCaches(installed.runtime, Cache.prototype);
      // Elsewhere listeners are called in the context that they were added in.
      for (const { prototype } of WebSocketPair ? [WebSocket, AbortSignal] : []) {
        instrumentListeners(installed.runtime, prototype as EventTarget as EventTargetPrototype);
      }
    } catch {
      // Frozen, by a hardened program: what cannot be replaced works as it did, without spans or logs.
    }
  }
  return installed;
}
