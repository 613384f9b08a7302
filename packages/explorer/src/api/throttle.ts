// Many signals, few calls: how the page keeps ten changes a second from becoming ten requests a second.

export interface Throttle {
  /**
   * Runs the action at once when it has been quiet. While it runs, and until `intervalMs` after it began, signals are
   * gathered into one more run: the last signal is never lost, and no two runs overlap.
   */
  signal(): void;
  /** Drops a run that is still to come. */
  cancel(): void;
}

/** @param action must not reject: who waits for it could do nothing about it */
export function throttle(action: () => Promise<void>, intervalMs: number): Throttle {
  let isBusy = false;
  let isSignalled = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    while (isSignalled) {
      isSignalled = false;
      await Promise.all([action(), new Promise((resolve) => setTimeout(resolve, intervalMs))]);
    }
    isBusy = false;
  };
  return {
    signal() {
      isSignalled = true;
      if (!isBusy) void run();
    },
    cancel() {
      isSignalled = false;
    },
  };
}
