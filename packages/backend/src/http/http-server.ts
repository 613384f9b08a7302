// The HTTP server around the app: its limits, its WebSockets, and an end that answers what has begun.

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { cannotListen } from "../error.ts";
import type { LiveTails } from "../query/live-tail.ts";
import { limitConnections, serverOptions } from "./connections.ts";
import { isLoopback } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { cutOffUnread } from "./unread.ts";
import { acceptUpgrades, isWebSocketUpgrade } from "./upgrade.ts";

/** How long requests that have begun may take once `close` is called. */
const CLOSE_GRACE_MS = 10_000;
const SWEEP_MS = 20;

/** How often answers are weighed that wait; in this time queries make some 100 MB more of them. */
const WEIGH_MS = 500;

export interface HttpServerOptions {
  app: Hono<{ Bindings: HttpBindings }>;
  host: string;
  limits: Limits;
  tails: LiveTails;
  /** For faults of our own. */
  onFault: (error: unknown) => void;
}

export class HttpServer {
  readonly #host: string;
  readonly #server: Server;
  readonly #unanswered = new Set<ServerResponse>();
  readonly #cutConnections: () => void;
  readonly #cutOffSockets: () => Promise<void>;

  constructor({ app, host, limits, tails, onFault }: HttpServerOptions) {
    this.#host = host;
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    // Other upgrades are for us to ignore: Java's client asks for HTTP/2 with every request.
    const options = { ...serverOptions(limits), shouldUpgradeCallback: isWebSocketUpgrade };
    this.#server = createServer(options, listener);
    this.#server.setTimeout(limits.silenceMs);
    this.#cutConnections = limitConnections(this.#server, limits);
    this.#cutOffSockets = acceptUpgrades(this.#server, app, tails, onFault);
    this.#server.on("request", (_request, response) => {
      this.#unanswered.add(response);
      response.once("close", () => this.#unanswered.delete(response));
    });
    const weighing = setInterval(() => cutOffUnread(this.#unanswered, limits.unreadBytes), WEIGH_MS);
    weighing.unref();
    this.#server.once("close", () => clearInterval(weighing));
  }

  /** Resolves with the port. @throws BackendError `port_in_use` or `cannot_listen` */
  async listen(port: number): Promise<number> {
    const host = this.#host;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
      this.#server.listen({ host, port }, resolve);
    });
    return this.#port as number;
  }

  /** Undefined while it does not listen. */
  get #port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** Whether an address leads here, by the name it listens on or one of this machine's. */
  isAt(url: string): boolean {
    const parsed = URL.parse(url);
    const port = this.#port;
    if (parsed === null || port === undefined) return false;
    const usual = parsed.protocol === "https:" ? 443 : 80;
    if (Number(parsed.port || usual) !== port) return false;
    const name = parsed.hostname.replace(/^\[|\]$/g, "");
    return isLoopback(name) || name === this.#host;
  }

  /** Resolves when every request that had begun is answered, or cut off after the grace. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await Promise.all([this.#stop(), this.#cutOffSockets()]);
  }

  #stop(): Promise<void> {
    return new Promise((resolve) => {
      const cutOff = setTimeout(this.#cutConnections, CLOSE_GRACE_MS);
      // Clients keep connections open for seconds after their last answer, and Node does not know all of them as idle.
      const sweep = setInterval(() => {
        if (this.#unanswered.size === 0) this.#server.closeAllConnections();
      }, SWEEP_MS);
      this.#server.close(() => {
        clearTimeout(cutOff);
        clearInterval(sweep);
        resolve();
      });
    });
  }
}
