// GET and POST /login, POST /logout: where a browser gives a token once and gets a cookie that stands for it. The page is
// a plain form without script, so it works with whatever the explorer is built from, and without it.

import { createHash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Authority } from "../auth/authority.ts";
import { SESSION_SECONDS } from "../auth/sessions.ts";
import { readBody } from "../ingest/body.ts";
import { type AuthorizeOptions, cookieName } from "./authorize.ts";

const FORM_LIMIT_BYTES = 4096;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 26rem; margin: 18vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
input, button { box-sizing: border-box; width: 100%; padding: 0.5rem; font: inherit; }
button { margin-top: 0.75rem; }
[role="alert"] { color: light-dark(#b3261e, #ff8a80); }
code { font-size: 0.9em; }
`;

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "x-frame-options": "DENY",
  // Under no-referrer the form's Origin would be null, which is nobody's.
  "referrer-policy": "same-origin",
};

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) as number};`);

const page = (to: string, fault: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Log in – enterspan</title><style>${STYLE}</style></head>
<body><main><h1>enterspan</h1>
<p>This server wants a token. Where it runs, <code>enterspan token</code> makes one.</p>
${fault && `<p role="alert">${escaped(fault)}</p>`}
<form method="post" action="/login">
<input type="hidden" name="to" value="${escaped(to)}">
<label>Token<input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Log in</button>
</form></main></body></html>
`;

/** Only a path of this server: `//host` and `/\\host` are other servers to a browser. */
export function localPath(to: string | undefined): string {
  if (to === undefined || !to.startsWith("/")) return "/";
  const base = "http://localhost";
  const url = URL.parse(to, base);
  // `/.//host` has lost its dot by now.
  return url?.origin === base && !url.pathname.startsWith("//")
    ? `${url.pathname}${url.search}${url.hash}`
    : "/";
}

export function loginRoutes(
  authority: Authority,
  { failed }: Pick<AuthorizeOptions, "failed">,
): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  const show = (context: Context, status: 200 | 401 | 429, to: string, fault = "", headers = {}) =>
    context.body(page(to, fault), status, { ...PAGE_HEADERS, ...headers });

  routes.get("/login", (context) => show(context, 200, localPath(context.req.query("to"))));

  routes.post("/login", async (context) => {
    const { incoming } = context.env;
    const body = await readBody(incoming, FORM_LIMIT_BYTES);
    const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
    const to = localPath(form.get("to") ?? undefined);
    const grant = authority.ofToken(form.get("token")?.trim() ?? "");
    if (!grant) {
      const waitSeconds = failed(incoming);
      if (waitSeconds === 0) return show(context, 401, to, "This token is not known here, or was revoked.");
      const fault = `Too many wrong tokens came from this address. Wait ${waitSeconds} s.`;
      return show(context, 429, to, fault, { "retry-after": String(waitSeconds) });
    }
    return redirected(to, cookie(context.env, authority.beginSession(grant), SESSION_SECONDS));
  });

  routes.post("/logout", (context) => redirected("/login", cookie(context.env, "", 0)));
  return routes;
}

/** Not for scripts, not for other sites, and where the page came over TLS, not without it. */
function cookie({ incoming }: HttpBindings, value: string, maxAgeSeconds: number): string {
  const secure = incoming.headers.origin?.startsWith("https:") ? "; Secure" : "";
  return `${cookieName(incoming)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

const redirected = (to: string, setCookie: string) =>
  new Response(null, {
    status: 303,
    headers: { location: to, "set-cookie": setCookie, "cache-control": "no-store" },
  });
