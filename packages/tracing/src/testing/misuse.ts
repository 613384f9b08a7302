// Mistakes in how a matcher or an assertion is called, as opposed to a trace that is not as expected; and where the stack
// of an error begins.

/** What was given is no trace, or describes no span or tree. */
export class Misuse extends TypeError {}

/** Returns what `check` returns. The stack of a `Misuse` that it throws begins with the line that calls `caller`. */
export function blaming<T>(caller: (...args: never[]) => unknown, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Misuse) beginStackAt(error, caller);
    throw error;
  }
}

/** Engines keep few lines of a stack, and the test's own is not to be pushed out by ours. Not every engine can do this. */
export function beginStackAt(error: Error, caller: (...args: never[]) => unknown): void {
  (Error as { captureStackTrace?: (error: Error, caller: unknown) => void }).captureStackTrace?.(
    error,
    caller,
  );
}
