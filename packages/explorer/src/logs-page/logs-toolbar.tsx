// Filters of the page of all logs. What is set stands in the address.
import { Input } from "@cloudflare/kumo/components/input";
import { useRef } from "react";
import type { LogsSearch } from "../addresses.ts";
import { LEVEL_TONE } from "../logs/level-chip.tsx";
import { useFocusBySlash } from "../search/focus-by-slash.ts";
import { useAddressText } from "../shell/kept-in-address.ts";
import { ServiceSelect } from "../traces/service-select.tsx";
import { useServices } from "../traces/use-services.ts";
import { SHOWN_LEVELS, type ShownLevel } from "./log-event.ts";

const NOTHING_LOADED = [] as const;

interface LogsToolbarProps {
  readonly search: LogsSearch;
  readonly set: (change: Partial<LogsSearch>) => void;
  readonly shown: number;
  readonly isComplete: boolean;
}

export function LogsToolbar({ search, set, shown, isComplete }: LogsToolbarProps) {
  const { service, levels } = search;
  const [typed, type] = useAddressText(search.q, (q) => set({ q }));
  const input = useRef<HTMLInputElement>(null);
  useFocusBySlash(input);
  const services = useServices(NOTHING_LOADED);
  const chosen = levels?.split(".") ?? [];
  const turn = (level: ShownLevel): void => {
    const after = SHOWN_LEVELS.filter((other) => chosen.includes(other) !== (other === level));
    set({ levels: after.join(".") || undefined });
  };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 py-2 sm:px-4">
      <Input
        ref={input}
        size="sm"
        type="search"
        aria-label="Find in logs"
        placeholder="Find in messages and attributes  /"
        className="min-w-40 flex-1 sm:max-w-96"
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
      <ServiceSelect service={service} services={services} set={(next) => set({ service: next })} />
      <fieldset className="flex gap-1">
        <legend className="sr-only">Levels</legend>
        {SHOWN_LEVELS.map((level) => (
          <button
            key={level}
            type="button"
            aria-pressed={chosen.includes(level)}
            onClick={() => turn(level)}
            className={`flex h-6.5 cursor-pointer items-center rounded-md border border-kumo-line px-2 text-xs font-medium hover:bg-kumo-tint aria-pressed:border-kumo-contrast aria-pressed:bg-kumo-tint ${LEVEL_TONE[level]}`}
          >
            {level}
          </button>
        ))}
      </fieldset>
      <span className="figures ml-auto text-xs text-kumo-subtle" aria-live="polite">
        {shown.toLocaleString("en-US")}
        {!isComplete && "+"} logs
      </span>
    </div>
  );
}
