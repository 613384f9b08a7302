// `connect` of `cloudflare:sockets` with a span for each connection, for Workers that are instrumented by hand: an import
// of the runtime's own is a binding that nothing can replace.
import * as runtime from "cloudflare:sockets";
import { traceConnect } from "../instrument/bindings/connect.ts";
import { active } from "../process.ts";

const traced: { connect: typeof runtime.connect } = { connect: runtime.connect };
traceConnect({ active }, traced);

/**
 * As the runtime's own: refuses what that refuses, and gives a socket of the runtime's. The span `connect` is a child of the
 * active one, and ends when the socket, or that which `startTls` makes of it, is closed, at the latest with the invocation.
 *
 * @example
 * const socket = connect({ hostname: "db.example.com", port: 5432 });
 */
export const connect: typeof runtime.connect = traced.connect;
