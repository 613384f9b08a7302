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

/** Links per span: OpenTelemetry's default limit. */
export const MAX_LINKS = 128;

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

/**
 * Bytes of spans and logs that an isolate records before they are sent, over all open invocations: a quarter of the
 * 128 MB that an isolate may have.
 */
export const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** After this long, in milliseconds, what an invocation holds no longer counts: the runtime may have killed it. */
export const HOLDING_EXPIRES_MS = 300_000;

/** What a span takes beside its name and attributes, and an attribute beside its key and value, in bytes (measured). */
export const SPAN_BYTES = 80;
export const ATTRIBUTE_BYTES = 24;

/** JSON of spans and logs that waits to be sent, over all invocations of an isolate, while the receiver is away or slow; what is being sent counts. */
export const MAX_QUEUED_CHARACTERS = 32 * 1024 * 1024;

/** JSON in one request to the receiver: large enough to amortise it, and well below what receivers take. */
export const MAX_REQUEST_CHARACTERS = 2 * 1024 * 1024;

/**
 * Requests at once to either path of the receiver: the runtime gives a Worker six connections, of which most are the
 * program's.
 */
export const MAX_REQUESTS_AT_ONCE = 2;

/** Bytes of the receiver's answer that are read: enough for what OTLP puts there. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * How long an invocation waits for others to share its request with, in milliseconds, unless configured: on Cloudflare the
 * wait is part of what is billed of a Durable Object.
 */
export const SEND_DELAY_MS = 5;

/** Nobody is waited for, in milliseconds, once nobody has come for so long: requests one after another come sooner. */
export const SEND_QUIET_MS = 25;

/** And at most: a Durable Object does not hibernate before. */
export const MAX_SEND_DELAY_MS = 1_000;

/** How long one attempt to send may take, and the pauses before the next ones, in milliseconds. */
export const SEND_TIMEOUT_MS = 10_000;
export const RETRY_PAUSES_MS = [100, 400, 1_600] as const;

/** A request with all its attempts takes less. One that takes longer was killed with its invocation. */
export const MAX_SENDING_MS = 60_000;

/** Messages that an isolate remembers to have sent to queues, for the links of those who get them; some 200 bytes each. */
export const MAX_SENT_MESSAGES = 1_000;

/**
 * After this long in `waitUntil`, in milliseconds, a trace leaves with what it has. Cloudflare ends an invocation 30 s
 * after its response; elsewhere nobody does, and one that never ends would never be seen.
 */
export const MAX_LINGER_MS = { cloudflare: 25_000, elsewhere: 300_000 } as const;
