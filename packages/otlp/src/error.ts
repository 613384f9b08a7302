// The errors of every decoder in this package, and its limits. A receiver answers OtlpDecodeError with 400: the sender's
// bytes are at fault, never the receiver. It carries where in the message the fault lies so that a sender's author can
// find it. OtlpTooLargeError is answered with 413: the message may be well-formed, but there is too much in it.

/** Thrown for input that is not a well-formed OTLP message. Nothing of the message has been handed on. */
export class OtlpDecodeError extends Error {
  override readonly name = "OtlpDecodeError";
  /** What is wrong, without the place. */
  readonly problem: string;
  /** Such as `resourceSpans[0].scopeSpans[0].spans[3].traceId`; "" when the whole message is meant. */
  readonly path: string;
  /** Byte offset in a protobuf message; absent for JSON. */
  readonly offset?: number;

  constructor(problem: string, path = "", offset?: number) {
    const place = [path, offset === undefined ? "" : `byte ${offset}`].filter(Boolean).join(", ");
    super(place ? `${place}: ${problem}` : problem);
    this.problem = problem;
    this.path = path;
    if (offset !== undefined) this.offset = offset;
  }

  /** The same error seen from one level further out; `outer` is a field name or `name[index]`. */
  within(outer: string): OtlpDecodeError {
    const joined =
      this.path.startsWith("[") || this.path === "" ? outer + this.path : `${outer}.${this.path}`;
    return new OtlpDecodeError(this.problem, joined, this.offset);
  }
}

/** Arrays and key-value lists may nest this deep inside one value; deeper input is refused, not recursed into. */
export const MAX_VALUE_DEPTH = 64;

/**
 * Elements of repeated fields that one message may hold in all: resources, scopes, spans, logs, events, links,
 * attributes and items of values. An empty one is two bytes and becomes an object of hundreds, so that a limit of bytes
 * alone lets 32 MiB grow to gigabytes; real elements are larger than 32 bytes, of which 32 MiB hold as many.
 */
export const MAX_ELEMENTS = 1_000_000;

/** Thrown for a message with more than `MAX_ELEMENTS` elements, before all of it was decoded. */
export class OtlpTooLargeError extends Error {
  override readonly name = "OtlpTooLargeError";

  constructor() {
    super(
      `The request holds more than ${MAX_ELEMENTS} elements (spans, logs, events, links, attributes, ` +
        "array items); send smaller batches.",
    );
  }
}
