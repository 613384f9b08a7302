// How a trace is called in lists: what was asked of it rather than how its root span is named. Used when a root is
// written and when traces are listed, so both say the same.

const METHOD_KEY = "http.request.method";
const PATH_KEY = "url.path";
const HTTP_STATUS_KEY = "http.response.status_code";

/** The attributes that `displayName` wants of a root span. */
export const NAME_KEYS = { method: METHOD_KEY, path: PATH_KEY, httpStatus: HTTP_STATUS_KEY } as const;

/** `GET /orders/42` for a span of an HTTP request, else the span's own name. */
export function displayName(spanName: string, method: string | undefined, path: string | undefined): string {
  return method && path ? `${method} ${path}` : spanName;
}
