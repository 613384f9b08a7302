// Headers of a connection between two hops, which are not the message's: on workerd no program sees or sets them, and
// Node's fetch refuses a request that carries one.

const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether the header `name`, in lower case, is one, or is called so by `connection`, that header's value. */
export function isHopByHop(name: string, connection: string | undefined): boolean {
  if (HOP_BY_HOP.has(name)) return true;
  return (
    connection
      ?.toLowerCase()
      .split(/\s*,\s*/)
      .includes(name) ?? false
  );
}
