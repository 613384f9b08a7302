// Filters of the list. What is set stands in the address.
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { XIcon } from "@phosphor-icons/react/X";
import type { TracesSearch } from "../addresses.ts";
import { SavedButton } from "../saved/saved-button.tsx";
import { SearchBox } from "../search/search-box.tsx";
import { type Took, tookOf } from "../time-range/heat.ts";
import { formatDuration } from "../trace/duration.ts";
import { nanos } from "../trace/time.ts";
import { savedSearchOf, searchOfSaved } from "./saved-search.ts";
import { ServiceSelect } from "./service-select.tsx";

interface TracesToolbarProps {
  readonly search: TracesSearch;
  readonly set: (change: Partial<TracesSearch>) => void;
  /** What is typed into the search box; the address follows. */
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly services: readonly string[];
  /** Undefined while it is not known. */
  readonly shown: number | undefined;
  /** There are no more than are shown. */
  readonly isComplete: boolean;
}

export function TracesToolbar({ search, set, typed, type, services, shown, isComplete }: TracesToolbarProps) {
  const { service, errors, sort } = search;
  const took = tookOf(search.took);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 py-2 sm:px-4">
      <SearchBox
        label="Search traces"
        placeholder="Search  /  status:error duration>100ms"
        className="min-w-40 flex-1 sm:max-w-lg"
        value={typed}
        change={type}
      />
      <ServiceSelect service={service} services={services} set={(next) => set({ service: next })} />
      <button
        type="button"
        aria-pressed={errors === "1"}
        aria-label="Errors only"
        title="Only traces with errors"
        onClick={() => set({ errors: errors === "1" ? undefined : "1" })}
        className="flex h-6.5 cursor-pointer items-center gap-1 rounded-md border border-kumo-line px-2 text-xs hover:bg-kumo-tint aria-pressed:border-kumo-danger aria-pressed:bg-kumo-danger-tint aria-pressed:text-kumo-danger"
      >
        <WarningCircleIcon size={14} />
        Errors
      </button>
      <SavedButton
        what="searches"
        parameters={() => savedSearchOf({ ...search, q: typed || undefined })}
        openerOf={(parameters) => {
          const saved = searchOfSaved(parameters);
          return saved && (() => set(saved));
        }}
      />
      {took !== undefined && (
        <button
          type="button"
          aria-label={`Any duration, not ${tookText(took)} alone`}
          title="Any duration again"
          onClick={() => set({ took: undefined })}
          className="figures flex h-6.5 cursor-pointer items-center gap-1 rounded-md border border-kumo-brand bg-kumo-tint px-2 text-xs hover:bg-kumo-fill"
        >
          {tookText(took)}
          <XIcon size={12} aria-hidden />
        </button>
      )}
      <span className="figures ml-auto text-xs text-kumo-subtle" aria-live="polite">
        {shown === undefined
          ? ""
          : sort === undefined || isComplete
            ? `${shown.toLocaleString("en-US")}${isComplete ? "" : "+"} ${shown === 1 ? "trace" : "traces"}`
            : `the ${shown} of most ${sort}`}
      </span>
    </div>
  );
}

const tookText = ({ from, to }: Took): string =>
  `${formatDuration(nanos(from))} – ${formatDuration(nanos(to))}`;
