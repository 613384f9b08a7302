// How V8 uses memory in a process that does nothing but serve. It is the process's to say, so startBackend does not.

import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's space for new objects as small as it is now: under load it would grow to 128 MB, for nothing, since what a
 * server holds for longer are buffers outside of it. To be called before the load comes; a second call changes nothing.
 * For a process that runs programs of others it is wrong: theirs may be faster with more.
 *
 * V8 reads this flag whenever it would let that space grow, so it counts from now on, unlike those that say a size.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
