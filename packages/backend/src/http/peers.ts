// How much each address asks: buckets of allowances that fill up again with time, requests in progress. What is over its
// share gets 429 with the time to wait.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { MiddlewareHandler } from "hono";
import { scopeOf } from "./authorize.ts";
import type { Limits } from "./limits.ts";

/** Addresses remembered. The one seen longest ago is forgotten beyond, which gives it a full bucket again. */
const REMEMBERED = 10_000;

/** An IPv6 network of 64 bits is one customer's. */
export function peerOf(address: string | undefined): string {
  if (!address?.includes(":")) return address ?? "";
  if (address.startsWith("::ffff:")) return address.slice(7);
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groups = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  while (tail !== undefined && groups.length + after.length < 8) groups.push("0");
  return [...groups, ...after].slice(0, 4).join(":");
}

/** Allowances of one kind. */
export class Buckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #levels = new Map<string, { left: number; atMs: number }>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one: 0 when there was one, else the whole seconds until there will be. */
  take(peer: string, nowMs: number = performance.now()): number {
    const level = this.#levels.get(peer) ?? { left: this.#burst, atMs: nowMs };
    level.left = Math.min(this.#burst, level.left + ((nowMs - level.atMs) / 1000) * this.#perSecond);
    level.atMs = nowMs;
    this.#levels.delete(peer);
    this.#levels.set(peer, level);
    if (this.#levels.size > REMEMBERED) this.#levels.delete(this.#levels.keys().next().value as string);
    if (level.left < 1) return Math.ceil((1 - level.left) / this.#perSecond);
    level.left--;
    return 0;
  }
}

export class Peers {
  readonly #limits: Limits;
  readonly #ingest: Buckets;
  readonly #requests: Buckets;
  readonly #failures: Buckets;
  readonly #inProgress = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#ingest = new Buckets(limits.ingestPerSecond, limits.ingestBurst);
    this.#requests = new Buckets(limits.requestsPerSecond, limits.requestBurst);
    this.#failures = new Buckets(limits.failuresPerSecond, limits.failureBurst);
  }

  /** Counts a batch of telemetry: seconds to wait, 0 if it may be taken. */
  ingest(address: string | undefined): number {
    return this.#ingest.take(peerOf(address));
  }

  /** Counts a wrong token. */
  failed(address: string | undefined): number {
    return this.#failures.take(peerOf(address));
  }

  /** Counts any other request, until its response, or what it upgrades, is closed. */
  request(address: string | undefined, response: ServerResponse | Socket): number {
    const peer = peerOf(address);
    const inProgress = this.#inProgress.get(peer) ?? 0;
    if (inProgress >= this.#limits.requestsAtOnce) return 1;
    const waitSeconds = this.#requests.take(peer);
    if (waitSeconds > 0) return waitSeconds;
    this.#inProgress.set(peer, inProgress + 1);
    response.once("close", () => {
      const left = (this.#inProgress.get(peer) ?? 1) - 1;
      if (left > 0) this.#inProgress.set(peer, left);
      else this.#inProgress.delete(peer);
    });
    return 0;
  }
}

/** Answers 429 to whoever asks too much. */
export function limitPeers(
  peers: Peers,
  refuse: (path: string, status: 429, code: string, message: string, headers: object) => Response,
): MiddlewareHandler {
  return async (context, next) => {
    // A request to upgrade has no response of its own.
    const { incoming, outgoing = incoming.socket } = context.env as {
      incoming: IncomingMessage;
      outgoing?: ServerResponse;
    };
    const { remoteAddress } = incoming.socket;
    const { method, path } = context.req;
    const waitSeconds =
      scopeOf(method, path) === "ingest"
        ? peers.ingest(remoteAddress)
        : peers.request(remoteAddress, outgoing);
    if (waitSeconds === 0) return next();
    const message =
      "More requests come from this address than this server takes; Retry-After says when to ask again.";
    return refuse(path, 429, "too_many_requests", message, { "retry-after": String(waitSeconds) });
  };
}
