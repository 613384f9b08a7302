// Bindings that another Worker or a Durable Object answers: service bindings, and namespaces with the stubs that they
// make. Their `fetch` is traced; calls over RPC go by untraced.
import type { Runtime } from "../../runtime.ts";
import { shadow } from "../operation.ts";
import { instrumentFetch } from "./fetch.ts";

export interface Fetcher {
  fetch: typeof globalThis.fetch;
}

interface Stub extends Fetcher {
  id: unknown;
}

type MakeStub = (this: unknown, ...args: unknown[]) => Stub;

/** The part of a namespace that is wrapped. */
export interface ObjectNamespace {
  get: MakeStub;
  getByName: MakeStub;
  jurisdiction: (this: unknown, ...args: unknown[]) => ObjectNamespace;
}

export function instrumentFetcher(runtime: Runtime, fetcher: Fetcher): void {
  shadow(fetcher, "fetch", (fetch) => instrumentFetch(runtime, fetch));
}

export function instrumentNamespace(runtime: Runtime, namespace: ObjectNamespace): void {
  const making = (make: MakeStub): MakeStub =>
    function (this: unknown, ...args) {
      const stub = make.apply(this, args);
      try {
        instrumentStub(runtime, stub);
      } catch {
        // It works as it did, without spans.
      }
      return stub;
    };
  shadow(namespace, "get", making);
  shadow(namespace, "getByName", making);
  shadow(
    namespace,
    "jurisdiction",
    (jurisdiction) =>
      function (this: unknown, ...args) {
        const narrowed = jurisdiction.apply(this, args);
        instrumentNamespace(runtime, narrowed);
        return narrowed;
      },
  );
}

function instrumentStub(runtime: Runtime, stub: Stub): void {
  // Of everything else that a stub is asked for, it makes a call.
  const attributes = () => ({ "cloudflare.durable_object.id": String(stub.id) });
  shadow(stub, "fetch", (fetch) =>
    instrumentFetch(runtime, fetch, { name: "durable_object_subrequest", attributes }),
  );
}
