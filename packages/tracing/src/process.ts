// What there is once per isolate or process: the host, the async context that holds the active span, and the API on it.
// None of it belongs to a request, and the API needs no configuration: a span knows its invocation, which has one.
import type { Tracing } from "./api.ts";
import type { AsyncContext } from "./host.ts";
import { createHost } from "./hosts/standard.ts";
import type { Span } from "./span.ts";
import { createTracing } from "./tracing.ts";

export const host = createHost();

/** The active span of the async context; in an invocation at least its root. */
export const active: AsyncContext<Span> = host.createContext<Span>();

/** The custom-spans API. Outside of an invocation every call runs its callback with a span that records nothing. */
export const tracing: Tracing = createTracing(active);
