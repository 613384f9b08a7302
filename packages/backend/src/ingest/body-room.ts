// How much all bodies may take together that have not been read yet. Each may be 32 MiB and take minutes, so that some
// hundred slow senders would fill the memory; here the one that has been coming for longest makes room for the others.

/** Usual batches by the thousand. */
const ROOM_BYTES = 256 * 1024 * 1024;

/** Of one body, from its first byte until it has been read. */
export interface BodyPlace {
  bytes: number;
  readonly giveUp: () => void;
}

export class BodyRoom {
  #freeBytes: number;
  /** Those that may be given up, the oldest first: what has arrived will be read in any case. */
  readonly #arriving = new Set<BodyPlace>();

  constructor(bytes = ROOM_BYTES) {
    this.#freeBytes = bytes;
  }

  /** `giveUp` is called when others need the room; the place is left by then. */
  enter(giveUp: () => void): BodyPlace {
    const place = { bytes: 0, giveUp };
    this.#arriving.add(place);
    return place;
  }

  /** May give up any body that is still coming, this one too. */
  grow(place: BodyPlace, bytes: number): void {
    place.bytes += bytes;
    this.#freeBytes -= bytes;
    for (const oldest of this.#arriving) {
      if (this.#freeBytes >= 0) return;
      this.leave(oldest);
      oldest.giveUp();
    }
  }

  arrived(place: BodyPlace): void {
    this.#arriving.delete(place);
  }

  /** A second call does nothing. */
  leave(place: BodyPlace): void {
    this.#arriving.delete(place);
    this.#freeBytes += place.bytes;
    place.bytes = 0;
  }
}
