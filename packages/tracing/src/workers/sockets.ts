// The stand-in for the module `cloudflare:sockets`.
import { unsupported } from "./unsupported.ts";

/** @throws UnsupportedError always. */
export function connect(_address: unknown, _options?: unknown): never {
  throw unsupported(
    'connect() of "cloudflare:sockets"',
    "Its sockets are workerd's own.",
    "Use node:net or node:tls, which workerd has too, or run the Worker with `enterspan dev`.",
  );
}
