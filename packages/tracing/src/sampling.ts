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
