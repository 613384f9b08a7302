// The explorer's built files. Which files exist is read once at the start, and only those are served, so no path can
// lead outside the directory. Every other path is the page itself, whose router takes it from there.

import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import type { MiddlewareHandler } from "hono";
import { BackendError } from "../error.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Scripts from our own files only. Styles inline too: components position things through style attributes. */
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
};

const INDEX = "/index.html";

/** @throws BackendError `assets_missing` when the directory has no index.html. */
export function assets(directory: string): MiddlewareHandler {
  const root = resolve(directory);
  if (!existsSync(join(root, "index.html"))) {
    throw new BackendError(
      "assets_missing",
      `${root} has no index.html; build the explorer, or start without assetsDir.`,
    );
  }
  const files = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(root, file).split(sep).join("/")}`, file);
  }
  return async (context, next) => {
    if (context.req.method !== "GET" && context.req.method !== "HEAD") return next();
    const path = decoded(context.req.path);
    const isPage = path !== undefined && !files.has(path) && extname(path) === "";
    const served = isPage ? INDEX : path;
    const file = served && files.get(served);
    if (!file) return next();
    const content = await readFile(file);
    // Vite names files in /assets by their content, so they never change.
    const caching = served.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    return context.body(new Uint8Array(content), 200, {
      "content-type": CONTENT_TYPES[extname(file).toLowerCase()] ?? "application/octet-stream",
      "cache-control": caching,
      ...(extname(file) === ".html" && PAGE_HEADERS),
    });
  };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
