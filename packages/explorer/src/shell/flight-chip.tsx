// Marks a trace whose root is not there: still under way, or cut off.
import { FLIGHT_TEXT, type Flight } from "../trace/flight.ts";

export function FlightChip({ flight }: { readonly flight: Flight }) {
  return (
    <span
      title={FLIGHT_TEXT[flight]}
      className="flex shrink-0 items-center gap-1 rounded border border-dashed border-kumo-line px-1 text-xs text-kumo-subtle"
    >
      {flight === "in flight" && <span aria-hidden className="pulse size-1.5 rounded-full bg-kumo-brand" />}
      {flight}
    </span>
  );
}
