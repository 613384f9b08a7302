// How much has been arriving lately.

const SLOT_MS = 100;
const SLOTS_OF_SECOND = 1000 / SLOT_MS;
const SLOTS = 2 * SLOTS_OF_SECOND;

/** Counts the last two seconds, in tenths. */
export class Arrivals {
  readonly #slots = new Float64Array(SLOTS);
  #latest = 0;

  add(count: number, nowMs: number): void {
    this.#turnTo(nowMs);
    const slot = this.#latest % SLOTS;
    this.#slots[slot] = (this.#slots[slot] as number) + count;
  }

  /** A second's worth that arrived in the last second and in the one before: a burst is none. */
  perSecond(nowMs: number): number {
    this.#turnTo(nowMs);
    let [last, before] = [0, 0];
    for (let age = 0; age < SLOTS; age++) {
      const count = this.#slots[(this.#latest + SLOTS - age) % SLOTS] as number;
      if (age < SLOTS_OF_SECOND) last += count;
      else before += count;
    }
    return Math.min(last, before);
  }

  /** Empties the slots of the time that has passed. */
  #turnTo(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (slot - this.#latest >= SLOTS) this.#slots.fill(0);
    else for (let passed = this.#latest + 1; passed <= slot; passed++) this.#slots[passed % SLOTS] = 0;
    this.#latest = Math.max(this.#latest, slot);
  }
}
