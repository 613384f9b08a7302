// The one error of every decoder in this package. A receiver answers it with 400: the sender's bytes are at fault,
// never the receiver. It carries where in the message the fault lies so that a sender's author can find it.

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
