// Words for the commonest deviation: the runtime leaves a span as it is when an error escapes from it, ours tells.
import type { SpanDeviation } from "./case.ts";

export interface Escaped {
  type: string;
  message: string;
  /** False for what is thrown without being an Error. */
  stack?: boolean;
}

const because =
  "semantics.md: a span that an error escapes from has status error, the innermost one an exception event";

/** For the innermost span that the error crosses. */
export function escapes(span: string, { type, message, stack = true }: Escaped): SpanDeviation {
  return { span, because, status: { code: "error", message }, exceptions: [{ type, message, stack }] };
}

/** For spans around it. */
export function passes(span: string, message: string): SpanDeviation {
  return { span, because, status: { code: "error", message } };
}

/** For an operation of a binding: catalogue.json lists `error.type`, which the runtime does not emit for it. */
export function fails(span: string, error: Escaped): SpanDeviation {
  return { ...escapes(span, error), attributes: { "error.type": error.type } };
}

/** For an operation that the runtime has no span of, because it refuses the arguments before it opens one. */
export function refused(span: string, error: Escaped): SpanDeviation {
  return {
    ...fails(span, error),
    because: "the arguments are refused before the runtime's span begins",
    ours: true,
  };
}
