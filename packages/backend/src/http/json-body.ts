// The JSON body of a question to us: small, and not nested deeper than what reads it can follow. Telemetry itself comes in
// larger bodies, which OTLP's decoders read.

import type { IncomingMessage } from "node:http";
import { readBody } from "../ingest/body.ts";
import { BodyError } from "../ingest/body-error.ts";

const LIMIT_BYTES = 2 * 1024 * 1024;

/** Schemas and filters are walked by recursion; nobody nests by hand beyond a few. */
const MAX_DEPTH = 64;

/** @throws BodyError for what is too large or too deep; SyntaxError for what is not JSON. */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const text = Buffer.from(await readBody(incoming, LIMIT_BYTES)).toString("utf8");
  if (depthOf(text) > MAX_DEPTH) {
    throw new BodyError(400, `The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return JSON.parse(text);
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * The deepest nesting of arrays and objects, brackets inside of texts left out. Each character is looked at once: an
 * expression for texts looks from every quote to the end where the last text has none, which is hours for a body of 2 MiB.
 */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (OPENING.has(code)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(code)) depth--;
  }
  return deepest;
}
