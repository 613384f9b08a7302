// Live tail: events that pass a tail's filters, sent to its socket soon after the commit that stored them. A tail lives
// as long as its client sends heartbeats; what a client cannot follow is left out, and it is told so.

import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ALL_TIME, type ConditionGroup, type EventFilter } from "../store/filter.ts";
import { type EventPosition, type Store, StoreUnavailableError, type WriteResult } from "../store/store.ts";
import type { TelemetryEvent } from "./answer.ts";
import { isOneOf } from "./equality.ts";
import { eventOf } from "./event.ts";
import { QueryFault } from "./fault.ts";
import { fieldOf } from "./fields.ts";
import { checked, conditionsOf, filtersSchema } from "./filters.ts";

/** Without a heartbeat for this long a tail ends, connected or not. */
export const TAIL_EXPIRES_MS = 60_000;

/** From one message to the next; what is committed in between comes together. */
const INTERVAL_MS = 100;

/** Each of them costs a query an interval. */
const MAX_TAILS = 32;

/** Records that wait for their query; beyond, some are left out. */
const MAX_PENDING = 20_000;

/** Of one message. */
const MAX_EVENTS = 500;
const MAX_MESSAGE_LENGTH = 1024 * 1024;

/** What a socket may hold that its client has not read yet; meanwhile events are left out. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** The part of a WebSocket that a tail needs. */
export interface TailSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What is sent, as JSON. */
export interface LiveTailMessage {
  type: "events";
  /** Oldest first. */
  events: TelemetryEvent[];
  /** Whether events that pass were left out since the last message: there were too many, or the client is too slow. */
  skipped: boolean;
}

/** Codes of RFC 6455, the last two of the range that it leaves to programs. */
export const CLOSE = { goingAway: 1001, expired: 4000, replaced: 4001 } as const;

const tailSchema = z.object({ ...filtersSchema, scriptId: z.string().min(1).optional() });
const heartbeatSchema = z.object({ scriptId: z.string().min(1).optional() });

interface Tail {
  /** What a heartbeat names: the API knows no more of a tail. */
  audience: string;
  where: EventFilter;
  socket: TailSocket | undefined;
  /** Whether its next message must say so. */
  skipped: boolean;
  expiry: NodeJS.Timeout;
}

export class LiveTails {
  readonly #store: Store;
  readonly #onFault: (error: unknown) => void;
  readonly #tails = new Map<string, Tail>();
  readonly #pending: EventPosition[] = [];
  #overflowed = false;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(store: Store, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
  }

  /**
   * The id of a tail that waits for its socket. It cannot be guessed: who has it may connect.
   *
   * @throws QueryFault or StoreQueryError when the filters are at fault, or when there are too many tails.
   */
  async prepare(accountId: string, body: unknown): Promise<string> {
    const { filters, filterCombination, scriptId } = checked(tailSchema, body, "");
    const chosen = conditionsOf(filters, filterCombination);
    const ofScript =
      scriptId === undefined ? [] : [isOneOf(fieldOf("$workers.scriptName"), "string", [scriptId])];
    const conditions: ConditionGroup = { combine: "all", conditions: [chosen, ...ofScript] };
    const where: EventFilter = { ...ALL_TIME, conditions };
    // Nothing is read, but what is wrong with a pattern is said now.
    await this.#store.listEvents({ where, limit: 1, among: [] });
    if (this.#tails.size >= MAX_TAILS) {
      throw new QueryFault(
        `${MAX_TAILS} live tails are open, which is the limit; close one, or wait ${TAIL_EXPIRES_MS / 1000} s for one that nobody keeps alive to expire`,
      );
    }
    const id = randomBytes(16).toString("hex");
    this.#tails.set(id, {
      audience: audienceOf(accountId, scriptId),
      where,
      socket: undefined,
      skipped: false,
      expiry: this.#expiry(id),
    });
    return id;
  }

  /** Keeps the tails of this account and script for another minute, and says how many there are. @throws QueryFault */
  heartbeat(accountId: string, body: unknown): number {
    const audience = audienceOf(accountId, checked(heartbeatSchema, body, "").scriptId);
    const kept = [...this.#tails].filter(([, tail]) => tail.audience === audience);
    for (const [id, tail] of kept) {
      clearTimeout(tail.expiry);
      tail.expiry = this.#expiry(id);
    }
    return kept.length;
  }

  has(id: string): boolean {
    return this.#tails.has(id);
  }

  /** From now on the socket gets the tail's events; one that had them before is closed. Call `leave` when it closes. */
  connect(id: string, socket: TailSocket): void {
    const tail = this.#tails.get(id);
    if (!tail) {
      socket.close(CLOSE.expired, "The tail has expired; prepare another.");
      return;
    }
    tail.socket?.close(CLOSE.replaced, "Another client has connected to this tail.");
    tail.socket = socket;
  }

  /** The tail waits for another socket until it expires. */
  leave(id: string, socket: TailSocket): void {
    const tail = this.#tails.get(id);
    if (tail?.socket === socket) tail.socket = undefined;
  }

  /** Call after each commit; costs nothing while nobody is connected. */
  publish(result: WriteResult): void {
    if (this.#connected().length === 0) return;
    if (this.#pending.length >= MAX_PENDING) this.#overflowed = true;
    else for (const position of result.positions) this.#pending.push(position);
    this.#flushLater();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#flushing = this.#flush();
    }, INTERVAL_MS);
  }

  /** Ends every tail; resolves when nothing is asked of the store any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const id of [...this.#tails.keys()]) this.#end(id, CLOSE.goingAway, "The server is stopping.");
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    const among = this.#pending.splice(0);
    const overflowed = this.#overflowed;
    this.#overflowed = false;
    for (const tail of this.#connected()) {
      tail.skipped ||= overflowed;
      try {
        await this.#send(tail, among);
      } catch (error) {
        tail.skipped = true;
        if (!(error instanceof StoreUnavailableError)) this.#onFault(error);
      }
    }
    this.#timer = undefined;
    if (this.#pending.length > 0) this.#flushLater();
  }

  async #send(tail: Tail, among: readonly EventPosition[]): Promise<void> {
    // Before the query, which would be for nothing.
    if (!tail.socket || tail.socket.bufferedAmount > MAX_UNREAD_BYTES) {
      tail.skipped = true;
      return;
    }
    const found = await this.#store.listEvents({ where: tail.where, limit: MAX_EVENTS + 1, among });
    // The newest are the ones to keep.
    const texts: string[] = [];
    let size = 0;
    for (const event of found.slice(0, MAX_EVENTS)) {
      const text = JSON.stringify(eventOf(event));
      size += text.length;
      if (texts.length > 0 && size > MAX_MESSAGE_LENGTH) break;
      texts.push(text);
    }
    const skipped = tail.skipped || texts.length < found.length;
    if (texts.length === 0 && !skipped) return;
    tail.skipped = false;
    tail.socket?.send(`{"type":"events","events":[${texts.reverse().join(",")}],"skipped":${skipped}}`);
  }

  #connected(): Tail[] {
    return [...this.#tails.values()].filter(({ socket }) => socket !== undefined);
  }

  #expiry(id: string): NodeJS.Timeout {
    const reason = `No heartbeat came for ${TAIL_EXPIRES_MS / 1000} s.`;
    return setTimeout(() => this.#end(id, CLOSE.expired, reason), TAIL_EXPIRES_MS).unref();
  }

  #end(id: string, code: number, reason: string): void {
    const tail = this.#tails.get(id);
    if (!tail) return;
    clearTimeout(tail.expiry);
    this.#tails.delete(id);
    tail.socket?.close(code, reason);
  }
}

const audienceOf = (accountId: string, scriptId: string | undefined) => JSON.stringify([accountId, scriptId]);
