// What can go wrong between the page and its server, in a form a person can act on.

export class Failure extends Error {
  /** Stable: the server's code, or `unreachable`, `not_understood`. */
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Failure";
    this.code = code;
    this.remedy = remedy;
  }
}

export const unreachable = (cause: unknown): Failure =>
  new Failure(
    "unreachable",
    "The enterspan server does not answer.",
    "Check that it still runs (`npx enterspan dev`); this page tries again by itself.",
    { cause },
  );

export const notUnderstood = (what: string, cause: unknown): Failure =>
  new Failure(
    "not_understood",
    `The server's answer could not be read: ${what}.`,
    "The page and the server may be of different versions: reload the page. If that does not help, report it as a bug.",
    { cause },
  );

/** Any error as a Failure, so that views have one thing to show. */
export const asFailure = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : notUnderstood(error instanceof Error ? error.message : String(error), error);
