// Who may talk to us. A page on the internet must not reach a server on the developer's machine: neither by making its
// own name resolve to 127.0.0.1 (then Host is not ours) nor by sending requests across (then Origin is not ours).

import type { MiddlewareHandler } from "hono";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

export interface GuardOptions {
  /** The address that is listened on. */
  host: string;
  /** Further names under which the server is reached, such as behind a proxy. */
  allowedHosts: readonly string[];
}

/** The name in a Host header, without its port; IPv6 in brackets. */
const nameOf = (host: string) => host.replace(/:\d*$/, "").toLowerCase();

/**
 * Loopback names always pass, and names given to us. A server that listens on other addresses passes any address: only a
 * name can be made to point elsewhere.
 */
export function hostAllowed(header: string | undefined, options: GuardOptions): boolean {
  if (!header) return false;
  const name = nameOf(header);
  if (LOOPBACK.test(name)) return true;
  if (!LOOPBACK.test(nameOf(bracketed(options.host))) && ADDRESS.test(name)) return true;
  return [bracketed(options.host), ...options.allowedHosts].some((allowed) => allowed.toLowerCase() === name);
}

const bracketed = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);

/** Whether only this machine reaches an address that is listened on. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(bracketed(host));

/**
 * Whether a browser's request comes from a page of this very server. Programs send neither Origin nor Sec-Fetch-Site and
 * pass; `none` is an address that a person has typed.
 */
function originAllowed(origin: string | undefined, host: string, fetchSite: string | undefined): boolean {
  if (origin === undefined) return ["same-origin", "none", undefined].includes(fetchSite);
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}

/** Pages on this machine, such as an app under development that exports its own spans. */
function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return false;
  try {
    return LOOPBACK.test(new URL(origin).hostname);
  } catch {
    return false;
  }
}

/** Answers 403 to a Host that is not ours; `refuse` words it for the route. */
export function checkHost(
  options: GuardOptions,
  refuse: (path: string, message: string) => Response,
): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host");
    if (hostAllowed(host, options)) return next();
    const message = `Host ${host ?? "(none)"} is not served here; use localhost, or start the server with this name allowed.`;
    return refuse(context.req.path, message);
  };
}

/**
 * Answers 403 to other sites' pages. Routes that take OTLP let pages on this machine in, with the CORS headers that
 * browsers ask for.
 */
export function checkOrigin(refuse: (path: string, message: string) => Response): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const own = originAllowed(origin, context.req.header("host") ?? "", context.req.header("sec-fetch-site"));
    if (own) return next();
    const mayExport = context.req.path.startsWith("/v1/") && isLoopbackOrigin(origin);
    if (!mayExport)
      return refuse(context.req.path, `Pages of ${origin ?? "another site"} may not use this server.`);
    if (context.req.method === "OPTIONS") {
      context.res = context.body(null, 204, {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type, content-encoding, authorization, traceparent",
        "access-control-max-age": "600",
      });
    } else {
      await next();
    }
    context.res.headers.set("access-control-allow-origin", origin as string);
    context.res.headers.set("vary", "origin");
    return context.res;
  };
}
