// Ends a command that runs until it is told to stop: the first signal closes what is open, a second one gives up on it.

/** Resolves with the exit code once `close` has finished after a signal. */
export function untilStopped(close: () => Promise<void>, onStopping: () => void): Promise<number> {
  const stopped = Promise.withResolvers<number>();
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    const signalCode = signal === "SIGINT" ? 130 : 143;
    if (stopping) process.exit(signalCode);
    stopping = true;
    onStopping();
    close().then(
      () => stopped.resolve(0),
      (error) => stopped.reject(error),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return stopped.promise;
}
