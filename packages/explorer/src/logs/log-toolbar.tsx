// What a list of logs is filtered by, and how many are shown.
import { Input } from "@cloudflare/kumo/components/input";
import { type ReactNode, useRef } from "react";
import { useFocusBySlash } from "../search/focus-by-slash.ts";
import { useAddressText } from "../shell/kept-in-address.ts";
import type { LogFilter } from "../trace/filter-logs.ts";
import { levelsIn, SHOWN_LEVELS, type ShownLevel } from "../trace/levels.ts";
import { LEVEL_TONE } from "./level-chip.tsx";

interface LogToolbarProps {
  readonly filter: LogFilter;
  readonly set: (change: LogFilter) => void;
  /** `12 logs` */
  readonly count: string;
  /** What else it is filtered by. */
  readonly children?: ReactNode;
}

export function LogToolbar({ filter, set, count, children }: LogToolbarProps) {
  const [typed, type] = useAddressText(filter.q, (q) => set({ q }));
  const input = useRef<HTMLInputElement>(null);
  useFocusBySlash(input);
  const chosen = levelsIn(filter.levels);
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
      {children}
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
        {count}
      </span>
    </div>
  );
}
