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

/** The deepest nesting of arrays and objects, brackets inside of texts left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    else if (token === "]" || token === "}") depth--;
  }
  return deepest;
}
