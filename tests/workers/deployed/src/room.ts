// Durable Objects of other kinds: one that speaks WebSocket and hibernates, and classes that extend nothing, which keep
// their state in a field or in private.

import { DurableObject } from "cloudflare:workers";
import { instrument, tracing } from "@enterspan/tracing";
import { config, type Env } from "./env.ts";

export const Room = instrument(
  class Room extends DurableObject<Env> {
    static #made = 0;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      Room.#made++;
      ctx.blockConcurrencyWhile(() => tracing.enterSpan("set up", () => ctx.storage.sync()));
    }

    override async fetch(): Promise<Response> {
      const { 0: client, 1: server } = new WebSocketPair();
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }

    override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
      if (message === "how often were you made") {
        this.ctx.waitUntil(scheduler.wait(1));
        socket.send(String(Room.#made));
      } else {
        tracing.enterSpan("answer", () => socket.send(`${message} yourself`));
      }
    }

    override webSocketClose(socket: WebSocket): void {
      tracing.enterSpan("close", () => socket.close());
    }
  },
  config,
);

export class Legacy {
  readonly state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.state = state;
  }

  async fetch(): Promise<Response> {
    return new Response(`legacy ${await tracing.enterSpan("legacy", () => this.state.storage.get("none"))}`);
  }
}

instrument(Legacy, config);

export const Sealed = instrument(
  class Sealed {
    readonly #state: DurableObjectState;

    constructor(state: DurableObjectState) {
      this.#state = state;
    }

    fetch = async (): Promise<Response> =>
      new Response(`sealed ${await tracing.enterSpan("sealed", () => this.#state.storage.get("none"))}`);
  },
  config,
);
