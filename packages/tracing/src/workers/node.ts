// The stand-in for the module `cloudflare:node`, which serves Node's own servers as Workers.
import { unsupported } from "./unsupported.ts";

const refuse = (name: string) => (): never => {
  throw unsupported(
    `${name}() of "cloudflare:node"`,
    "It hands requests of the platform to a server that cannot listen there.",
    "Here such a server can: let it listen on a port.",
  );
};

/** This and the others: @throws UnsupportedError always. */
export const httpServerHandler: (server: unknown) => never = refuse("httpServerHandler");
export const handleAsNodeRequest: (port: unknown, request: Request) => never = refuse("handleAsNodeRequest");
export const connectHandler: () => never = refuse("connectHandler");
export const handleAsNodeConnection: (socket: unknown) => never = refuse("handleAsNodeConnection");
