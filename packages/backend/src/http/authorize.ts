// What a route asks of its caller where tokens are required: `Authorization: Bearer` from programs, the login's cookie
// from browsers. Judged by the path that the router matches, so that no spelling of a path finds a route unguarded.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { MiddlewareHandler } from "hono";
import type { Authority } from "../auth/authority.ts";
import { type Grant, permits, type Scope } from "../auth/token.ts";
import { isLasting, watchPermission } from "./lasting.ts";

/** POSTs that only ask. All others change something. */
const QUESTIONS =
  /^\/api\/sql$|^\/client\/v4\/accounts\/[^/]+\/workers\/observability\/telemetry\/(query|keys|values|live-tail)(\/|$)/;

/** What tracers say and ask. */
const TRACERS = ["/v1", "/api/in-flight", "/api/sent-messages"];

const isBelow = (path: string, root: string) => path === root || path.startsWith(`${root}/`);

/** The scope that a request needs; undefined for what everyone may ask: the page itself, which holds no data, and health. */
export function scopeOf(method: string, path: string): Scope | undefined {
  // Browsers ask without credentials whether they may ask; the answer tells nothing.
  if (method === "OPTIONS") return undefined;
  const isReading = method === "GET" || method === "HEAD";
  if (TRACERS.some((root) => isBelow(path, root))) return "ingest";
  if (isBelow(path, "/api") || isBelow(path, "/client")) {
    return isReading || QUESTIONS.test(path) ? "read" : "admin";
  }
  if (isBelow(path, "/metrics")) return "read";
  if (isReading || path === "/login" || path === "/logout") return undefined;
  return "admin";
}

/** The token of an `Authorization` header, or of gRPC's metadata of that name. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(header ?? "")?.[1];
}

/**
 * Cookies go by host, not by port: two servers on one machine each need a name of their own. A server behind a proxy is
 * asked under the port it listens on all the same.
 */
export const cookieName = ({ socket }: IncomingMessage): string => `enterspan_${socket.localPort}`;

export function sessionOf(incoming: IncomingMessage): string | undefined {
  const name = `${cookieName(incoming)}=`;
  const found = incoming.headers.cookie?.split(/; */).find((cookie) => cookie.startsWith(name));
  return found?.slice(name.length);
}

/** Who asks; undefined for nobody we know. */
function grantOf(authority: Authority, incoming: IncomingMessage): Grant | undefined {
  const { authorization } = incoming.headers;
  if (authorization !== undefined) {
    const token = bearerOf(authorization);
    return token === undefined ? undefined : authority.ofToken(token);
  }
  const session = sessionOf(incoming);
  return session === undefined ? undefined : authority.ofSession(session);
}

export interface AuthorizeOptions {
  /** Words a refusal for the route. */
  refuse: (
    path: string,
    status: 401 | 403 | 429,
    code: string,
    message: string,
    headers?: object,
  ) => Response;
  /** Counts a failed attempt of this peer: seconds until the next is looked at, 0 if it may be at once. */
  failed: (incoming: IncomingMessage) => number;
}

export function authorize(authority: Authority, { refuse, failed }: AuthorizeOptions): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    const scope = scopeOf(method, path);
    if (scope === undefined) return next();
    // A request to upgrade has no response of its own.
    const { incoming, outgoing = incoming.socket } = context.env as {
      incoming: IncomingMessage;
      outgoing?: ServerResponse;
    };
    // A page on this machine may export spans, but never by the cookie of somebody who is logged in.
    const isByCookie = incoming.headers.authorization === undefined;
    const grant = scope === "ingest" && isByCookie ? undefined : grantOf(authority, incoming);
    if (grant && permits(grant, scope)) {
      if (isLasting(path))
        watchPermission(incoming, outgoing, () => grantOf(authority, incoming) !== undefined);
      return next();
    }
    if (grant) {
      const message = `This token may ${grant.scopes.join(" and ")}; ${method} ${path} needs the scope ${scope}. Use another, or make one: enterspan token --scope ${scope}`;
      return refuse(path, 403, "scope_missing", message);
    }
    const isAttempt = !isByCookie || sessionOf(incoming) !== undefined;
    const waitSeconds = isAttempt ? failed(incoming) : 0;
    if (waitSeconds > 0) {
      return refuse(path, 429, "too_many_attempts", "Too many wrong tokens came from this address.", {
        "retry-after": String(waitSeconds),
      });
    }
    const message = isByCookie
      ? "This server wants a token: send it as Authorization: Bearer TOKEN. Where the server runs, `enterspan token` makes one."
      : "This token is not known here, or was revoked. Where the server runs, `enterspan token` makes one.";
    return refuse(path, 401, "token_required", message, { "www-authenticate": 'Bearer realm="enterspan"' });
  };
}
