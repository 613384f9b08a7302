// The stand-in for the module `cloudflare:durable-objects`.

/** Marks methods that the runtime may call again. Nothing here does. @throws TypeError for what is no function. */
export function retryable(...methods: ((...args: never[]) => unknown)[]): void {
  if (methods.some((method) => typeof method !== "function")) {
    throw new TypeError("retryable() takes methods.");
  }
}
