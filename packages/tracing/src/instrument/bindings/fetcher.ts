// Bindings that another Worker or a Durable Object answers: service bindings, and namespaces with the stubs that they
// make. Their `fetch` is traced, and every other member is a call over RPC.
import type { Runtime } from "../../runtime.ts";
import { CLIENT } from "../../span-record.ts";
import type { Instrumentations } from "../env.ts";
import { type PlainOperation, seeResults, shadow } from "../operation.ts";
import { instrumentStub, type Peer } from "../rpc/calls.ts";
import { Exchange } from "../rpc/exchange.ts";
import { NOBODY, peerOf } from "../rpc/peers.ts";
import { type Connector, encloseConnect, traceConnect } from "./connect.ts";
import { instrumentFetch } from "./fetch.ts";
import { meetStrangers } from "./strangers.ts";

export interface Fetcher extends Connector {
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

const SESSION: PlainOperation = {
  name: "jsRpcSession",
  kind: CLIENT,
  attributes() {
    return {};
  },
};

/** With `around`, each call is inside of a span of that. */
export function instrumentFetcher(
  runtime: Runtime,
  fetcher: Fetcher,
  around?: PlainOperation,
  peer: Peer = NOBODY,
): void {
  peerOf.set(fetcher, peer);
  shadow(fetcher, "fetch", (fetch) => instrumentFetch(runtime, fetch, around));
  traceConnect(runtime, fetcher);
  if (around) encloseConnect(runtime, fetcher, around);
  const enclosing = around ? [around, SESSION] : [SESSION];
  instrumentStub(new Exchange(runtime), fetcher, { kind: "fetcher", enclosing, peer });
}

function instrumentNamespace(runtime: Runtime, namespace: ObjectNamespace, name: string, peer: Peer): void {
  const instrument = (stub: Stub) => {
    const attributes = () => ({ "cloudflare.durable_object.id": String(stub.id) });
    instrumentFetcher(runtime, stub, { name: "durable_object_subrequest", attributes }, peer);
  };
  seeResults(namespace, "get", instrument);
  seeResults(namespace, "getByName", instrument);
  seeResults(namespace, "jurisdiction", (narrowed: ObjectNamespace) =>
    instrumentNamespace(runtime, narrowed, name, peer),
  );
}

const fetcher = (runtime: Runtime, binding: Fetcher, _: string, peer: Peer): void =>
  instrumentFetcher(runtime, binding, undefined, peer);

export const FETCHERS: Instrumentations = {
  Fetcher: fetcher,
  DurableObjectNamespace: instrumentNamespace,
  // Those of `ctx.exports`.
  LoopbackServiceStub(runtime, binding: Fetcher, name, peer) {
    fetcher(runtime, binding, name, peer);
    meetStrangers(runtime, binding);
  },
  LoopbackDurableObjectNamespace: instrumentNamespace,
};
