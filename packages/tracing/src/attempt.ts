// For what is ours to do and must not reach the program when it goes wrong, mostly because it runs the program's code.

/** What `read` gives; undefined where it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
