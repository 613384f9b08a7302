// What can go wrong between the page and its server, in a form a person can act on.

export interface FailureFacts {
  /** Stable: the server's code, or `unreachable`, `not_understood`, `http_<status>`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it; "" where the message says it. */
  readonly remedy: string;
  /** The same request may succeed later, so it is worth asking again. */
  readonly isPassing: boolean;
}

export class Failure extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly isPassing: boolean;

  constructor({ code, message, remedy, isPassing }: FailureFacts, cause?: unknown) {
    super(message, { cause });
    this.name = "Failure";
    this.code = code;
    this.remedy = remedy;
    this.isPassing = isPassing;
  }
}

export const unreachable = (cause: unknown): Failure =>
  new Failure(
    {
      code: "unreachable",
      message: "The enterspan server does not answer.",
      remedy: "Check that it still runs (npx enterspan dev); this page tries again by itself.",
      isPassing: true,
    },
    cause,
  );

export const notUnderstood = (what: string, cause: unknown): Failure =>
  new Failure(
    {
      code: "not_understood",
      message: `The server's answer could not be read: ${what}.`,
      remedy:
        "The page and the server may be of different versions: reload the page. If that does not help, report it as a bug.",
      isPassing: false,
    },
    cause,
  );

export const tooLarge = (path: string): Failure =>
  new Failure({
    code: "trace_too_large",
    message: "This trace is too large to be shown as a whole.",
    remedy: `Look for a part of it among the logs or in a query, or read it from ${path} with a program.`,
    isPassing: false,
  });

/** Any error as a Failure, so that views have one thing to show. */
export const asFailure = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : notUnderstood(error instanceof Error ? error.message : String(error), error);

const RETRY_MS = 5_000;

/** When to ask again by itself after a failure: for a query's `refetchInterval`. */
export const retryInterval = (error: unknown): number | false =>
  error !== null && asFailure(error).isPassing ? RETRY_MS : false;
