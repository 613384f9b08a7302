// Turns the host's monotonic milliseconds into Unix nanoseconds. Spans keep the raw readings (one double each);
// the conversion happens once, on encoding, and is exact to the resolution of the reading.
import type { Host } from "./host.ts";

/** The wall clock and the monotonic one drift apart over sleep and clock adjustment; past this we anchor anew. */
const MAX_DRIFT_MS = 2;

export class Clock {
  readonly #host: Host;
  #originMs: number;

  constructor(host: Host) {
    this.#host = host;
    this.#originMs = host.timeOrigin;
  }

  /**
   * Unix milliseconds of the origin of `host.now()`, to be kept for a whole invocation, so that inside of it no child
   * starts before its parent whatever the wall clock does.
   */
  anchor(): number {
    const wall = this.#host.wallNow();
    const now = this.#host.now();
    if (Math.abs(this.#originMs + now - wall) > MAX_DRIFT_MS) this.#originMs = wall - now;
    return this.#originMs;
  }
}

/** Unix nanoseconds, in decimal, of the reading `ms` of a clock whose origin lies at `originMs`. */
export function unixNano(originMs: number, ms: number): string {
  // Whole milliseconds and the rest are added apart: together they would not fit a double's 53 bits.
  const originWhole = Math.floor(originMs);
  const readingWhole = Math.floor(ms);
  let whole = originWhole + readingWhole;
  let nanos = Math.round((originMs - originWhole + (ms - readingWhole)) * 1e6);
  if (nanos >= 1e6) {
    const carried = Math.floor(nanos / 1e6);
    whole += carried;
    nanos -= carried * 1e6;
  }
  return `${whole}${String(nanos).padStart(6, "0")}`;
}
