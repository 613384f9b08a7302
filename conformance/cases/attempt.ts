// What a call gave, in words that can stand in a response: errors by their name only, for each host words its own.

export function attempt(call: () => unknown): unknown {
  try {
    return call() ?? "undefined";
  } catch (error) {
    return `throws ${error instanceof Error ? error.name : String(error)}`;
  }
}

export async function attemptAsync(call: () => unknown): Promise<unknown> {
  try {
    return (await call()) ?? "undefined";
  } catch (error) {
    return `throws ${error instanceof Error ? error.name : String(error)}`;
  }
}
