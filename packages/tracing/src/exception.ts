// Reads of a thrown value what an `exception` event of OpenTelemetry's conventions tells. Getters of a user's error may
// throw or run code: each property is read once, and whatever goes wrong leaves it out.
import { attempt } from "./attempt.ts";
import { MAX_ERROR_CHARACTERS } from "./limits.ts";
import type { FlatAttributes, SpanEvent } from "./span-record.ts";
import { cut } from "./text.ts";

export interface DescribedException {
  /** The error's name, or its code where it has no name; may be "". */
  type: string;
  message: string;
  stack?: string;
  /** A system error's code, such as ECONNREFUSED. */
  code?: string | number;
}

/** Undefined where the value tells nothing (a number, null, an object without any of the properties). */
export function describeException(exception: unknown): DescribedException | undefined {
  if (typeof exception === "string") return { type: "", message: exception };
  if (exception === null || (typeof exception !== "object" && typeof exception !== "function"))
    return undefined;
  const code = attempt(() => (exception as { code?: unknown }).code);
  const stack = textOf(exception, "stack");
  const hasCode = (typeof code === "string" && code !== "") || (typeof code === "number" && code !== 0);
  const described: DescribedException = {
    type: textOf(exception, "name") || (hasCode ? String(code) : ""),
    message: textOf(exception, "message") ?? "",
    ...(stack !== undefined && { stack }),
    ...(hasCode && { code }),
  };
  return described.type === "" && described.message === "" ? undefined : described;
}

/** False too for a proxy that does not let itself be asked. */
export function isError(value: unknown): boolean {
  return attempt(() => value instanceof Error) === true;
}

/** As much of an exception as is kept where the program did not ask for it. */
export function cutException(exception: DescribedException): DescribedException {
  const { message, stack } = exception;
  return {
    ...exception,
    message: cut(message, MAX_ERROR_CHARACTERS),
    ...(stack !== undefined && { stack: cut(stack, MAX_ERROR_CHARACTERS) }),
  };
}

/** OpenTelemetry's attributes of an exception, for events and logs alike. */
export function exceptionAttributes({ type, message, stack }: DescribedException): FlatAttributes {
  const attributes: FlatAttributes = type === "" ? [] : ["exception.type", type];
  attributes.push("exception.message", message);
  if (stack !== undefined) attributes.push("exception.stacktrace", stack);
  return attributes;
}

/** The event that tells of `exception`, at the clock reading `time`. */
export function exceptionEvent(exception: DescribedException, time: number): SpanEvent {
  const attributes = exceptionAttributes(exception);
  if (exception.code !== undefined) attributes.push("exception.code", exception.code);
  return { time, name: "exception", attributes };
}

function textOf(exception: object, property: string): string | undefined {
  return attempt(() => {
    const value = (exception as Record<string, unknown>)[property];
    return value === undefined || value === null ? undefined : String(value);
  });
}
