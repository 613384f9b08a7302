// Filters of the list. What is set stands in the address.
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import type { TracesSearch } from "../addresses.ts";
import { SearchBox } from "../search/search-box.tsx";
import { ServiceSelect } from "./service-select.tsx";

interface TracesToolbarProps {
  readonly search: TracesSearch;
  readonly set: (change: Partial<TracesSearch>) => void;
  /** What is typed into the search box; the address follows. */
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly services: readonly string[];
  readonly shown: number;
  readonly loaded: number;
}

export function TracesToolbar({ search, set, typed, type, services, shown, loaded }: TracesToolbarProps) {
  const { service, errors } = search;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 py-2 sm:px-4">
      <SearchBox
        label="Search traces"
        placeholder="Search  status:error duration>100ms"
        className="min-w-40 flex-1 sm:max-w-lg"
        value={typed}
        change={type}
      />
      <ServiceSelect service={service} services={services} set={(next) => set({ service: next })} />
      <button
        type="button"
        aria-pressed={errors === "1"}
        onClick={() => set({ errors: errors === "1" ? undefined : "1" })}
        className="flex h-6.5 cursor-pointer items-center gap-1 rounded-md border border-kumo-line px-2 text-xs hover:bg-kumo-tint aria-pressed:border-kumo-danger aria-pressed:bg-kumo-danger-tint aria-pressed:text-kumo-danger"
      >
        <WarningCircleIcon size={14} />
        Errors
      </button>
      <span className="figures ml-auto text-xs text-kumo-subtle" aria-live="polite">
        {shown === loaded ? `${loaded} traces` : `${shown} of ${loaded} traces`}
      </span>
    </div>
  );
}
