// The position of an event in the list as text: it is the event's `$metadata.id` and the cursor of the next page.

import type { EventPosition } from "../store/store.ts";
import { QueryFault } from "./fault.ts";

export function encodeCursor(position: EventPosition): string {
  return position.kind === "span"
    ? `${position.atUnixNano}-span-${position.traceId}-${position.spanId}`
    : `${position.atUnixNano}-log-${position.key}`;
}

const CURSOR = /^(\d{1,19})-(?:span-([0-9a-f]{32})-([0-9a-f]{16})|log-([0-9a-f]{32}-\d{1,10}))$/;

/** @throws QueryFault for text that no event's id looks like. */
export function decodeCursor(text: string): EventPosition {
  const [, time, traceId, spanId, key] = CURSOR.exec(text) ?? [];
  if (time === undefined || BigInt(time) >= 2n ** 63n) {
    throw new QueryFault(`offset: "${text.slice(0, 80)}" is not the $metadata.id of an event`);
  }
  const atUnixNano = BigInt(time);
  return key === undefined
    ? { kind: "span", atUnixNano, traceId: traceId as string, spanId: spanId as string }
    : { kind: "log", atUnixNano, key };
}
