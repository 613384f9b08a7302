// How V8 uses memory in a process that does nothing but serve, as `@enterspan/backend/small-heap`. It is the process's to say,
// so startBackend does not; and it is apart from everything else, since loading that is when the heap begins to grow.

import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's space for new objects as small as it is now: under load it would grow to 128 MB, for nothing, since what a
 * server holds for longer are buffers outside of it. To be called first of all; a second call changes nothing.
 * For a process that runs programs of others it is wrong: theirs may be faster with more.
 *
 * V8 reads this flag whenever it would let that space grow, so it counts from now on, unlike those that say a size.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
