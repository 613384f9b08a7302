// What a program that `enterspan dev` bundles gets for `cloudflare:sockets`: an alias leads here, and so does any import of
// that name. The runtime's own is had by an import whose name no bundler reads, and which takes some turns. So this module
// is evaluated at the start, also where the program imports it in the middle of a request: by the first event it is there.
// Not by a top-level await, with which no module that imports sockets could be required any more.
import { type Connector, traceConnect } from "../instrument/bindings/connect.ts";
import { active } from "../process.ts";

interface Sockets extends Connector {
  /** What `node:http` is made with. */
  internalNewHttpClient: (socket: unknown) => unknown;
}

let runtime: Sockets | undefined;
const name = ["cloudflare", "sockets"].join(":");
import(name).then((module: Sockets) => {
  runtime = module;
});

const traced: Connector = {
  connect(address, options) {
    // Before the first event the runtime refuses every connection.
    return (runtime as Sockets).connect(address, options);
  },
};
traceConnect({ active }, traced);

export const { connect } = traced;

export function internalNewHttpClient(socket: unknown): unknown {
  return (runtime as Sockets).internalNewHttpClient(socket);
}
