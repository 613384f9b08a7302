// The clocks that a recording can read: the real one, one that the test moves by hand, and whatever Date is at each
// reading, which fake timers replace.
import type { Host } from "../host.ts";
import { host } from "../process.ts";

/** What of a host tells the time. */
export type TimeSource = Pick<Host, "now" | "wallNow" | "timeOrigin">;

/**
 * A clock that stands still until the test moves it. One clock may serve several recordings.
 *
 * @example
 * const clock = new VirtualClock();
 * const trace = await recordTrace(() => work(() => clock.advance(250)), { clock });
 * trace.root.durationMs; // 250
 */
export class VirtualClock {
  readonly #startUnixMs: number;
  #elapsedMs = 0;

  /** @param startUnixMs Unix time in milliseconds that it shows at first. Default: 2000-01-01T00:00:00Z. */
  constructor(startUnixMs = 946_684_800_000) {
    this.#startUnixMs = startUnixMs;
  }

  /** Unix time in milliseconds that it shows now. */
  get unixMs(): number {
    return this.#startUnixMs + this.#elapsedMs;
  }

  /**
   * Moves the clock on; fractions of a millisecond count.
   * @throws RangeError when `ms` is negative or no finite number: time does not go back.
   */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RangeError(`VirtualClock.advance takes milliseconds from 0 on, not ${String(ms)}`);
    }
    this.#elapsedMs += ms;
  }

  /** Milliseconds since its start. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }
}

export type ClockOption = "real" | "timers" | VirtualClock;

/** @throws TypeError when `clock` is none of the three. */
export function timeSource(clock: ClockOption): TimeSource {
  if (clock === "real") return host;
  if (clock === "timers") {
    // Date alone: Node's mock timers move it, and leave performance.now() as it is. Asked for anew each time, since a
    // test may install fake timers at any moment.
    const now = () => globalThis.Date.now();
    return { now, wallNow: now, timeOrigin: 0 };
  }
  if (!(clock instanceof VirtualClock)) {
    throw new TypeError(
      `recordTrace: clock must be "real", "timers" or a VirtualClock, not ${JSON.stringify(clock)}`,
    );
  }
  return {
    now: () => clock.elapsedMs,
    wallNow: () => clock.unixMs,
    timeOrigin: clock.unixMs - clock.elapsedMs,
  };
}
