// Console capture: what the program prints becomes log records of the active span, and is still printed.
import { anyValues, type JsonAnyValue } from "./any-value.ts";
import { cutException, type DescribedException, describeException, isError } from "./exception.ts";
import type { AsyncContext } from "./host.ts";
import { indexOf, invocationOf, type Span } from "./span.ts";

export interface LogRecord {
  /** A reading of the host's clock. */
  time: number;
  /** The span that was active. */
  spanIndex: number;
  severityNumber: number;
  severityText: string;
  body: JsonAnyValue;
  /** The first error among the arguments. */
  exception?: DescribedException;
}

/** The console methods that the runtime reports too, and OpenTelemetry's numbers for their levels. */
const LEVELS = { debug: 5, info: 9, log: 9, warn: 13, error: 17 } as const;

type Level = keyof typeof LEVELS;

/** Replaces the console's five level methods by ones that record and then print, once and for all invocations. */
export function captureConsole(console: Console, active: AsyncContext<Span>): void {
  for (const level of Object.keys(LEVELS) as Level[]) {
    const print = console[level];
    const captured = {
      [level](this: unknown, ...args: unknown[]): void {
        try {
          record(active.getStore(), level, args);
        } catch {
          // Whatever cannot be recorded is still printed.
        }
        print.apply(this, args);
      },
    }[level] as typeof print;
    console[level] = captured;
  }
}

function record(span: Span | undefined, level: Level, args: unknown[]): void {
  if (span === undefined) return;
  const invocation = invocationOf(span);
  if (invocation === undefined || !invocation.keepsLogs) return;
  const error = args.find(isError);
  const described = error === undefined ? undefined : describeException(error);
  const values = anyValues(args);
  invocation.log({
    time: invocation.now(),
    spanIndex: indexOf(span),
    severityNumber: LEVELS[level],
    severityText: level === "log" ? "INFO" : level.toUpperCase(),
    // One argument is the message itself; several are kept apart, each with its type.
    body: values.length === 1 ? (values[0] as JsonAnyValue) : { arrayValue: { values } },
    ...(described && { exception: cutException(described) }),
  });
}
