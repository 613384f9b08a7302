// Who asks: the bearer token names a session in KV, the session a user in D1.
import { tracing } from "cloudflare:workers";
import type { Env, User } from "./env.ts";

export function authenticate(request: Request, env: Env): Promise<User | undefined> {
  return tracing.enterSpan("auth", async (span) => {
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
    span.setAttribute("auth.scheme", token === undefined ? "none" : "bearer");
    if (token === undefined) return undefined;

    const name = await env.ORDERS_KV.get(`session:${token}`);
    if (name === null) {
      console.warn("unknown session");
      return undefined;
    }
    const user = await env.DB.prepare("SELECT name, plan FROM users WHERE name = ?").bind(name).first<User>();
    return user ?? undefined;
  });
}
