// Ends a command that runs until it is told to stop: the first signal closes what is open, a second one gives up on it.

/** Resolves with the exit code once `close` has finished after a signal. */
export function untilStopped(close: () => Promise<void>, onStopping: () => void): Promise<number> {
  const stopped = Promise.withResolvers<number>();
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    onStopping();
    close().then(
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
    if (!stopping) stop();
  });
  return stopped.promise;
}
