// The stand-in for the module `cloudflare:workflows`.

/** Thrown in a step, it makes the workflow fail at once. `name` is the error's name. */
export class NonRetryableError extends Error {
  constructor(message: string, name = "NonRetryableError") {
    super(message);
    this.name = name;
  }
}
