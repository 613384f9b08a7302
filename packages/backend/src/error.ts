// The errors a caller of `startBackend` can meet, each with a stable code. Faults of a single request are answered over
// HTTP and never thrown out of the backend.

export type BackendErrorCode =
  /** Another program listens on the port. */
  | "port_in_use"
  /** The host or port cannot be bound at all: not permitted, or no such address on this machine. */
  | "cannot_listen"
  /** Another backend has the data directory open. */
  | "data_dir_locked"
  /** The data directory cannot be created, read or written. */
  | "data_dir_not_writable"
  /** The database file is damaged. It has not been changed. */
  | "data_damaged"
  /** The file at the database's place is not one of ours. It has not been changed. */
  | "data_foreign"
  /** The database was written by a newer version. It has not been changed. */
  | "data_too_new"
  /** A settings file, a variable of the environment or `destinations.json` of the data directory is not valid. */
  | "invalid_settings"
  /** A route names a destination that nobody has defined, or one that does not take the signal. */
  | "unknown_destination"
  /** Others could reach the server, and there is no token to tell them apart. */
  | "token_missing"
  /** A token that was given could be guessed. */
  | "token_too_short"
  /** `assetsDir` holds no `index.html`. */
  | "assets_missing";

/** The message says what was wrong and how to mend it; `cause` holds the underlying error where there is one. */
export class BackendError extends Error {
  override readonly name = "BackendError";
  readonly code: BackendErrorCode;

  constructor(code: BackendErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Of Node's error when an address or port cannot be had. */
export function cannotListen(
  cause: Error & { code?: string | undefined },
  host: string,
  port: number,
): BackendError {
  if (cause.code === "EADDRINUSE") {
    return new BackendError(
      "port_in_use",
      `Port ${port} on ${host} is in use by another program. Stop that program or choose another port; 0 takes any free one.`,
      { cause },
    );
  }
  return new BackendError(
    "cannot_listen",
    `Cannot listen on ${host} port ${port}: ${cause.message}. Choose another.`,
    {
      cause,
    },
  );
}
