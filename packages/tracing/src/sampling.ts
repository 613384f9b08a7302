// The head sampling decision, made once per trace from the trace id's own random bits, so that every service that
// samples at the same rate keeps the same traces (W3C consistent probability sampling).

/** The randomness that W3C gives to a sampling decision: the low 56 bits of the trace id. */
const RANDOM_BITS = 2 ** 56;

/**
 * @param traceId 32 hex digits
 * @param rate share of traces to keep, 0 to 1
 */
export function isSampled(traceId: string, rate: number): boolean {
  if (rate >= 1) return true;
  if (rate <= 0) return false;
  const randomness = Number.parseInt(traceId.slice(18), 16);
  return randomness >= RANDOM_BITS * (1 - rate);
}

/** Hex digits of a threshold: to a 16-millionth. */
const DIGITS = 6;

/**
 * The trace state of a trace that is kept at `rate`: how many it stands for, so that counts can make up for it. "" where
 * all are kept. Source: OpenTelemetry, TraceState: Probability Sampling.
 */
export function sampledState(rate: number): string {
  if (rate >= 1) return "";
  const steps = 16 ** DIGITS;
  const threshold = Math.min(Math.round((1 - rate) * steps), steps - 1);
  return `ot=th:${threshold.toString(16).padStart(DIGITS, "0").replace(/0+$/, "") || "0"}`;
}
