// What a completion may offer, from what is stored: every attribute's key, and the values that the newest events have.

import { ALL_TIME, type Condition } from "../store/filter.ts";
import type { Store } from "../store/store.ts";
import type { TelemetryEvent } from "./answer.ts";
import { eventOf } from "./event.ts";
import type { CompletionSource } from "./search/complete.ts";
import { isNumber, searchField } from "./search/fields.ts";
import { escapedPattern } from "./search/filter.ts";

/** Newest events that are looked at for values. */
const SAMPLE = 500;

/** Longer ones are no help to somebody who types. */
const MAX_VALUE_LENGTH = 200;

export function storedCompletions(store: Store): CompletionSource {
  return {
    keys: () => store.attributeKeys(),
    async values(name, isQuoted, prefix) {
      const { field, key = name } = searchField(name, isQuoted);
      if (isNumber(field)) return [];
      const conditions: Condition[] = [{ field, operation: "regex", value: `(?i)${escapedPattern(prefix)}` }];
      const where = { ...ALL_TIME, conditions: { combine: "all" as const, conditions } };
      const events = await store.listEvents({ where, limit: SAMPLE });
      const values = new Set(events.map((event) => textAt(eventOf(event), key)));
      values.delete("");
      return [...values].filter((value) => value.length <= MAX_VALUE_LENGTH).sort();
    },
  };
}

/** "" where the event does not have it under this key: a spelling may differ. */
function textAt(event: TelemetryEvent, key: string): string {
  const [place, ...path] = key.split(".");
  const value =
    place === "$metadata" || place === "$workers"
      ? path.reduce<unknown>(
          (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
          event[place],
        )
      : event.source[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
