// The error of everything that only workerd can do: thrown when it is called, never when a module is loaded, so that a
// program which merely mentions it runs.

/** `code` is always `ERR_ONLY_ON_WORKERD`; the message says what was asked for, why it cannot be, and what to do. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
  readonly code = "ERR_ONLY_ON_WORKERD";
}

/** `why` and `instead` are whole sentences. */
export function unsupported(what: string, why: string, instead: string): UnsupportedError {
  return new UnsupportedError(`${what} works only on workerd. ${why} ${instead}`);
}

/** As workerd says it of classes that only the platform makes instances of. */
export const illegalConstructor = (): TypeError => new TypeError("Illegal constructor");
