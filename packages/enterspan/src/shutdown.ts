// Ends a command that runs until it is told to stop: the first signal closes what is open, a second one gives up on it.

/** One Ctrl-C may come twice: from the terminal, and again from npm, which passes it on. */
const IMPATIENT_MS = 1_000;

/** Resolves with the exit code once `close` has finished after a signal. */
export function untilStopped(close: () => Promise<void>, onStopping: () => void): Promise<number> {
  const stopped = Promise.withResolvers<number>();
  let stoppedAt: number | undefined;
  const stop = () => {
    if (stoppedAt !== undefined) {
      if (performance.now() - stoppedAt > IMPATIENT_MS) process.exit(130);
      return;
    }
    stoppedAt = performance.now();
    // Before anybody is told: who reads of it may count on it.
    const closed = close();
    onStopping();
    closed.then(
      () => stopped.resolve(0),
      (error) => stopped.reject(error),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Wrangler's own listeners would end the process at once, in the middle of our closing.
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  // Whoever read what we print has gone: nobody would notice us any more.
  process.stdout.on("error", () => {
    if (stoppedAt === undefined) stop();
  });
  return stopped.promise;
}
