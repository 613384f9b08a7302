// Console capture: what the program prints becomes log records of the active span, and is still printed.
import { anyValues, type JsonAnyValue } from "./any-value.ts";
import { attempt } from "./attempt.ts";
import { cutException, type DescribedException, describeException, isError } from "./exception.ts";
import type { AsyncContext } from "./host.ts";
import { indexOf, invocationOf, type Span } from "./span.ts";
import { lookLike, standIn } from "./stand-in.ts";

export interface LogRecord {
  /** A reading of the host's clock. */
  time: number;
  /** The span that was active. */
  spanIndex: number;
  /** How many spans the invocation had opened by then. */
  spansBefore: number;
  severityNumber: number;
  severityText: string;
  body: JsonAnyValue;
  /** The first error among the arguments. */
  exception?: DescribedException;
}

/** The console methods that the runtime reports too, and OpenTelemetry's numbers for their levels. */
const LEVELS = { debug: 5, info: 9, log: 9, warn: 13, error: 17 } as const;

export type Level = keyof typeof LEVELS;

/** The methods that print by way of those five on some runtimes. workerd reports none of them, so neither do we. */
export const UNREPORTED = [
  "assert",
  "count",
  "countReset",
  "dir",
  "dirxml",
  "group",
  "groupCollapsed",
  "table",
  "timeEnd",
  "timeLog",
  "trace",
] as const;

type Unreported = (typeof UNREPORTED)[number];

/** How many unreported methods are on the stack. They are synchronous: no request can come between. */
let unreported = 0;

/** Runs `print`, and records nothing of what it prints. */
export function unreportedly<T>(print: () => T): T {
  unreported++;
  try {
    return print();
  } finally {
    unreported--;
  }
}

/** Replaces the console's five level methods by ones that record and then print, once and for all invocations. */
export function captureConsole(console: Console, active: AsyncContext<Span>): void {
  const replace = (name: Level | Unreported, print: (call: () => void, args: unknown[]) => void) => {
    const original = console[name] as ((...args: unknown[]) => void) | undefined;
    if (typeof original !== "function") return;
    const ours = function (this: unknown, ...args: unknown[]): void {
      print(() => original.apply(this, args), args);
    };
    console[name] = standIn(lookLike(ours, original));
  };
  for (const level of Object.keys(LEVELS) as Level[]) {
    replace(level, (call, args) => {
      recordLog(active.getStore(), level, args);
      call();
    });
  }
  for (const name of UNREPORTED) replace(name, unreportedly);
}

/** Makes a log record of the arguments of a console method. Never throws: what cannot be recorded is still printed. */
export function recordLog(span: Span | undefined, level: Level, args: unknown[]): void {
  attempt(() => record(span, level, args));
}

function record(span: Span | undefined, level: Level, args: unknown[]): void {
  if (span === undefined || unreported > 0) return;
  const invocation = invocationOf(span);
  if (invocation === undefined || !invocation.keepsLogs) return;
  const error = args.find(isError);
  const described = error === undefined ? undefined : describeException(error);
  const { values, bytes } = anyValues(args);
  const { message = "", stack = "" } = described ?? {};
  const record: LogRecord = {
    time: invocation.now(),
    spanIndex: indexOf(span),
    spansBefore: invocation.spans.length,
    severityNumber: LEVELS[level],
    severityText: level === "log" ? "INFO" : level.toUpperCase(),
    // One argument is the message itself; several are kept apart, each with its type.
    body: values.length === 1 ? (values[0] as JsonAnyValue) : { arrayValue: { values } },
    ...(described && { exception: cutException(described) }),
  };
  invocation.log(record, bytes + message.length + stack.length);
}
