// One request to the receiver, tried until it is clear what became of it. Knows OTLP/HTTP's answers; what to do with the
// records then is the exporter's.
import type { Host, PostResult } from "../host.ts";
import { RETRY_PAUSES_MS } from "../limits.ts";

/** What became of a request: taken (but for `rejected` records), refused for good, or not now. */
export type Delivery =
  | { outcome: "taken"; rejected: number; reason: string }
  | { outcome: "refused"; reason: string }
  | { outcome: "away"; reason: string };

/** Longest pause that a receiver's `Retry-After` can ask for. */
const MAX_PAUSE_SECONDS = 5;

/** Never rejects. */
export async function deliver(
  host: Host,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Delivery> {
  for (let attempt = 0; ; attempt++) {
    let reason: string;
    let pauseMs: number | undefined = RETRY_PAUSES_MS[attempt];
    try {
      const answer = await host.post(url, headers, body);
      const { status, retryAfterSeconds = 0 } = answer;
      if (status >= 200 && status < 300) return { outcome: "taken", ...rejectedBy(answer) };
      reason = `answered ${status}`;
      if (!isRetryable(status)) return { outcome: "refused", reason };
      pauseMs &&= Math.max(pauseMs, 1_000 * Math.min(retryAfterSeconds, MAX_PAUSE_SECONDS));
    } catch (error) {
      reason = `cannot be reached (${saysWhy(error)})`;
    }
    if (pauseMs === undefined) return { outcome: "away", reason };
    await host.sleep(pauseMs);
  }
}

/** Node's fetch says "fetch failed", and why in the error's cause. */
function saysWhy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** OTLP's partial success. Anything else that a receiver says of success tells nothing. */
function rejectedBy({ body = "" }: PostResult): { rejected: number; reason: string } {
  try {
    const { partialSuccess } = JSON.parse(body);
    const rejected = Number(partialSuccess.rejectedSpans ?? partialSuccess.rejectedLogRecords);
    if (rejected > 0) return { rejected, reason: String(partialSuccess.errorMessage ?? "") };
  } catch {
    // Empty, no JSON, or another message.
  }
  return { rejected: 0, reason: "" };
}

/** The statuses that OTLP/HTTP says to retry. */
function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}
