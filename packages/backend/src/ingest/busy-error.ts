// What is answered with 429: the sender is asked to come back.
import { StoreUnavailableError } from "../store/store.ts";

/** More is waiting for the disk, or arriving, than shall be held in memory. */
export class BusyError extends StoreUnavailableError {}
