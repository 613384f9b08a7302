// Waiting: for a time, which can be cut short, and until others have had their turn.

/** Resolves after `ms`, or when `stop` is aborted. Never rejects. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done);
  });
}

/** Resolves when what waits for Node's thread has had its turn. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
