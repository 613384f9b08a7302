// Connections by TCP: `connect` of `cloudflare:sockets`, of Hyperdrive and of services. A call gives a socket at once,
// and its span goes on until that is closed, or what TLS has made of it.
import { attempt } from "../../attempt.ts";
import type { Runtime } from "../../runtime.ts";
import { closeSpan, failSpan, indexOf, invocationOf, type Span } from "../../span.ts";
import type { Instrumentations } from "../env.ts";
import {
  annotate,
  errorName,
  instrumentOnce,
  type Operation,
  type OperationAttributes,
  type PlainOperation,
  seeResults,
  shadow,
  traceOperation,
} from "../operation.ts";

export interface Socket {
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
  /** Whether TLS goes on with it, in a socket of its own. */
  readonly upgraded: boolean;
  startTls: (this: unknown, ...args: unknown[]) => Socket;
}

type Connect = (this: unknown, ...args: unknown[]) => Socket;

export interface Connector {
  connect: Connect;
}

/** Of sockets whose connection is traced. */
const spans = new WeakMap<object, Span>();

const seen = new WeakSet<object>();

/** Names of Hyperdrive bindings, by the hosts that drivers are given in the databases' place. */
const hyperdrives = new Map<string, string>();

/** What has been traced already stays as it is. */
export function traceConnect(
  runtime: Pick<Runtime, "active">,
  connector: Connector,
  describe: (address: unknown) => PlainOperation | undefined = describeAddress,
): void {
  if (seen.has(connector.connect)) return;
  shadow(connector, "connect", (connect) => {
    const traced: Connect = function (this: unknown, ...args) {
      const operation =
        runtime.active.getStore() === undefined ? undefined : attempt(() => describe(args[0]));
      const call = () => Reflect.apply(connect, this, args);
      return operation === undefined ? call() : connectIn(runtime, { ...operation, isLeaf: true }, call);
    };
    seen.add(traced);
    return traced;
  });
}

/** Puts connections of `connector`, which are traced already, each into a span of `around`. */
export function encloseConnect(
  runtime: Pick<Runtime, "active">,
  connector: Connector,
  around: PlainOperation,
): void {
  shadow(
    connector,
    "connect",
    (connect) =>
      function (this: unknown, ...args) {
        const call = () => Reflect.apply(connect, this, args);
        return attempt(() => describeAddress(args[0])) ? connectIn(runtime, around, call) : call();
      },
  );
}

/** Calls `connect` in a span that goes on as long as its socket. */
function connectIn(
  runtime: Pick<Runtime, "active">,
  operation: Operation<Socket>,
  connect: () => Socket,
): Socket {
  let opened: Span | undefined;
  const socket = traceOperation(runtime, operation, (span) => {
    opened = span;
    return connect();
  });
  if (opened !== undefined) attempt(() => follow(opened as Span, socket));
  return socket;
}

export const CONNECTORS: Instrumentations = {
  Hyperdrive(runtime, binding: Connector & { host: string }, name) {
    attempt(() => hyperdrives.set(binding.host, name));
    traceConnect(runtime, binding, () => hyperdriveConnect(name));
  },
};

const hyperdriveConnect = (name: string): PlainOperation => ({
  name: "hyperdrive_connect",
  attributes: () => ({ "cloudflare.binding.type": "Hyperdrive", "cloudflare.binding.name": name }),
});

/** Undefined for one that is refused, of which the runtime has no span either. */
function describeAddress(address: unknown): PlainOperation | undefined {
  const { hostname: name, port } =
    typeof address === "string"
      ? new URL(`tcp://${address}`)
      : (address as { hostname: unknown; port: unknown });
  if (port === "" || !(Number(port) <= 0xffff)) return undefined;
  const hostname = String(name);
  const hyperdrive = hyperdrives.get(hostname);
  if (hyperdrive !== undefined) return hyperdriveConnect(hyperdrive);
  const attributes: OperationAttributes = { "server.address": hostname, "server.port": Number(port) };
  return { name: "connect", attributes: () => attributes };
}

/** A socket tells of its failures as often as it is asked, and of those that nobody asks for nobody hears. */
function follow(span: Span, socket: Socket): void {
  invocationOf(span)?.spans.reopen(indexOf(span));
  spans.set(socket, span);
  const fail = (error: unknown): void => {
    annotate(span, () => ({ "error.type": errorName(error) }));
    failSpan(span, error);
    closeSpan(span);
  };
  // The error of a connection that fails is the one that whoever waits for it gets, before any other.
  socket.opened.then(undefined, fail);
  socket.closed.then(() => {
    if (!socket.upgraded) closeSpan(span);
  }, fail);
  instrumentOnce(socket, (prototype) =>
    seeResults(prototype, "startTls", (secured: Socket, _, plain) =>
      follow(spans.get(plain) as Span, secured),
    ),
  );
}
