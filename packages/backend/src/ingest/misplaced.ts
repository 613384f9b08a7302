// A request that is well-formed and holds nothing of its signal, since all that it says goes by other names: OTLP has unknown
// fields skipped, so that logs sent to /v1/traces, or names in snake_case, would be acknowledged and gone without a word.

import type { PartialSuccess } from "@enterspan/otlp";
import type { Encoding, Signal } from "./signal.ts";

const FIELD = { traces: "resourceSpans", logs: "resourceLogs", metrics: "resourceMetrics" } as const;

/** Whoever sends so errs in every request, and most are smaller; reading twice costs nothing then. */
const READ_BYTES = 1024 * 1024;

/** Names shown of what a request has instead. */
const SHOWN = 3;
const SHOWN_CHARACTERS = 32;

/** What to tell the sender of an accepted request of which nothing was kept; only JSON has names to tell by. */
export function warningOf(signal: Signal, encoding: Encoding, bytes: Uint8Array): PartialSuccess | undefined {
  if (encoding !== "json" || bytes.length > READ_BYTES) return undefined;
  const names = Object.keys(
    JSON.parse(
      Buffer.from(bytes)
        .toString("utf8")
        .replace(/^\ufeff/, ""),
    ),
  );
  if (names.length === 0 || names.includes(FIELD[signal])) return undefined;
  const shown = names.slice(0, SHOWN).map((name) => JSON.stringify(name.slice(0, SHOWN_CHARACTERS)));
  const message = `Nothing was taken: /v1/${signal} reads ${FIELD[signal]}, and the request has ${shown.join(", ")}.`;
  return { rejected: 0, message };
}
