// Globals of workerd on Node, for code that uses them without asking: what Node lacks, and what it does otherwise than
// the Workers API says. What cannot be had says so when it is called; what Node has by now stays.
import { timingSafeEqual } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { FixedLengthStream, IdentityTransformStream } from "./identity-streams.ts";

/** As on a Worker without a zone of its own: nothing is ever found, and nothing kept. */
class Cache {
  async match(): Promise<undefined> {}
  async put(): Promise<void> {}
  async delete(): Promise<boolean> {
    return false;
  }
}

const cache = new Cache();

const MISSING: Record<string, unknown> = {
  Cache,
  caches: { default: cache, open: async () => cache },
  scheduler: { wait },
  IdentityTransformStream,
  FixedLengthStream,
  WebSocketPair: onlyOnWorkerd("WebSocketPair"),
  HTMLRewriter: onlyOnWorkerd("HTMLRewriter"),
};

/** Rejects with the signal's reason, where Node's own timer has an error around it. */
async function wait(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch((error) => {
    throw signal?.aborted ? signal.reason : error;
  });
}

/** What Node lacks. To be called before anything is instrumented, so that caches are traced as well. */
export function addGlobals(): void {
  for (const [name, value] of Object.entries(MISSING)) {
    if (!(name in globalThis)) define(globalThis, name, value);
  }
}

/** To be called once, after fetch has been instrumented, so that what is traced is what is sent. */
export function adaptGlobals(): void {
  if (!("timingSafeEqual" in crypto.subtle)) {
    define(
      crypto.subtle,
      "timingSafeEqual",
      (a: ArrayBuffer | NodeJS.ArrayBufferView, b: ArrayBuffer | NodeJS.ArrayBufferView) =>
        timingSafeEqual(bytesOf(a), bytesOf(b)),
    );
  }
  define(globalThis, "Request", acceptStreams(globalThis.Request));
  define(globalThis, "fetch", acceptRequests(globalThis.fetch));
}

/** The Workers API takes a stream as a body without the `duplex` that Node asks for. */
function acceptStreams(original: typeof Request): typeof Request {
  return new Proxy(original, {
    construct: (target, [input, init], newTarget) =>
      Reflect.construct(target, [input, withDuplex(init as Init | undefined)], newTarget) as object,
  });
}

/** As above; and a request for a WebSocket may be passed on, as one for the page, where Node would refuse the header. */
function acceptRequests(original: typeof fetch): typeof fetch {
  return async function fetch(input, init) {
    const request = new Request(input, init);
    request.headers.delete("upgrade");
    return original(request);
  };
}

/** Node's `RequestInit`; the types of browsers know no `duplex`. */
type Init = RequestInit & { duplex?: string };

const withDuplex = (init: Init | undefined): Init | undefined =>
  init?.body instanceof ReadableStream && init.duplex === undefined ? { ...init, duplex: "half" } : init;

const bytesOf = (source: ArrayBuffer | NodeJS.ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function onlyOnWorkerd(name: string): new () => never {
  return class {
    constructor() {
      throw Object.assign(
        new Error(`${name} is part of workerd, and Node has none. Run the Worker with \`enterspan dev\`.`),
        { code: "ERR_ONLY_ON_WORKERD" },
      );
    }
  } as new () => never;
}
