// The sampling rate as OpenTelemetry's consistent probability sampling records it: of the 2^56 values of randomness that a
// trace can have, those below the threshold are dropped. It stands in the trace state of each span that is kept, as
// `ot=th:…`: a span of threshold t stands for 2^56 / (2^56 - t) spans.

import type { LogRecord } from "@enterspan/otlp";

const VALUES = 2n ** 56n;
const DIGITS = 14;

/** Of a threshold's 56 bits those that are used: shorter to store, and still a 16-millionth. */
const STEP = 2n ** 32n;

/** The threshold that keeps a share of 0 to 1. */
export function thresholdOf(share: number): bigint {
  const steps = BigInt(Math.round((1 - share) * Number(VALUES / STEP)));
  return steps * STEP;
}

/** Every trace has one, the same wherever it is looked at: `rv` of its trace state, or the end of its id. */
export function randomnessOf(traceId: string, traceState: string): bigint {
  const given = /^[0-9a-f]{14}$/.exec(subKey(traceState, "rv") ?? "")?.[0];
  return BigInt(`0x${given ?? traceId.slice(-DIGITS)}`);
}

/** The trace state of a span that is kept at `threshold`; one of before, at the head, stays where it is higher. */
export function withThreshold(traceState: string, threshold: bigint): string {
  const text = higherOf(subKey(traceState, "th"), threshold);
  const members = membersOf(traceState);
  const kept = otOf(members)
    .filter((part) => !part.startsWith("th:"))
    .join(";");
  // The member that was changed last stands first, as W3C asks.
  return [`ot=th:${text}${kept && `;${kept}`}`, ...members.filter((member) => !isOt(member))].join(",");
}

const THRESHOLD_KEY = "sampling.threshold";

/** Logs have no trace state: what is kept at `threshold` says so in the attribute that the OpenTelemetry Collector gives. */
export function logWithThreshold(log: LogRecord, threshold: bigint): LogRecord {
  if (threshold === 0n) return log;
  const before = log.attributes.find(({ key }) => key === THRESHOLD_KEY)?.value;
  const text = before && "stringValue" in before ? before.stringValue : undefined;
  const said = { key: THRESHOLD_KEY, value: { stringValue: higherOf(text, threshold) } };
  return { ...log, attributes: [...log.attributes.filter(({ key }) => key !== THRESHOLD_KEY), said] };
}

/** The digits of the higher of both; what is no threshold is none. */
function higherOf(before: string | undefined, threshold: bigint): string {
  const isValid = before !== undefined && /^[0-9a-f]{1,14}$/.test(before);
  const head = isValid ? BigInt(`0x${before.padEnd(DIGITS, "0")}`) : 0n;
  return (head > threshold ? head : threshold).toString(16).padStart(DIGITS, "0").replace(/0+$/, "") || "0";
}

function subKey(traceState: string, key: string): string | undefined {
  if (!traceState.includes("ot=")) return undefined;
  const found = otOf(membersOf(traceState)).find((part) => part.startsWith(`${key}:`));
  return found?.slice(key.length + 1);
}

const membersOf = (traceState: string): string[] =>
  traceState
    .split(",")
    .map((member) => member.trim())
    .filter(Boolean);

const isOt = (member: string) => member.startsWith("ot=");

const otOf = (members: readonly string[]): string[] =>
  members.find(isOt)?.slice("ot=".length).split(";").filter(Boolean) ?? [];
