// What is wrong with a body before anything of it is decoded, in the words of HTTP.

/** The sender's fault; `status` is the HTTP answer. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export const tooLarge = (limit: number, options?: ErrorOptions) =>
  new BodyError(413, `The body is larger than ${limit} bytes; send less at once.`, options);
