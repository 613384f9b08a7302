// Every cap of the core, with its reason. What a cap cuts off is counted and reported in the telemetry itself.

/** Bytes of UTF-8 in a span's name: the runtime's own limit, so that names agree with it. */
export const MAX_NAME_BYTES = 64;

/**
 * Bytes of attribute keys and values and of recorded exceptions per span, counted over all calls, overwritten values
 * included: the runtime's own limit and its way of counting.
 */
export const MAX_SPAN_BYTES = 64 * 1024;

/** Events per span: OpenTelemetry's default limit. */
export const MAX_EVENTS = 128;

/** Spans per invocation, unless configured: bounds the memory of a program that opens spans in an endless loop. */
export const MAX_SPANS_PER_INVOCATION = 100_000;

/** Log records per invocation, and the characters of one: a log line is for a reader, not a data channel. */
export const MAX_LOGS_PER_INVOCATION = 10_000;
export const MAX_LOG_CHARACTERS = 256 * 1024;

/** Characters kept of an error's message, and of its stack, where the program did not ask for either to be recorded. */
export const MAX_ERROR_CHARACTERS = 16 * 1024;

/** Nesting and entries kept of a structured log value; what lies deeper becomes its `String()`. */
export const MAX_LOG_DEPTH = 8;
export const MAX_LOG_ENTRIES = 1_000;

/** JSON of spans and logs that waits to be sent, over all invocations of an isolate, while the receiver is away or slow. */
export const MAX_QUEUED_CHARACTERS = 32 * 1024 * 1024;

/** JSON in one request to the receiver: large enough to amortise it, and well below what receivers take. */
export const MAX_REQUEST_CHARACTERS = 2 * 1024 * 1024;

/** How long an invocation waits for others to share its request with, in milliseconds. */
export const COALESCE_MS = 5;

/** How long one attempt to send may take, and the pauses before the next ones, in milliseconds. */
export const SEND_TIMEOUT_MS = 10_000;
export const RETRY_PAUSES_MS = [100, 400, 1_600] as const;

/** After this long in `waitUntil`, a trace leaves with what it has: the runtime ends the invocation at 30 s. */
export const MAX_LINGER_MS = 25_000;
