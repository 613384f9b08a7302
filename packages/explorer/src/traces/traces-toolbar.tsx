// Filters of the list. What is set stands in the address.
import { Input } from "@cloudflare/kumo/components/input";
import { Select } from "@cloudflare/kumo/components/select";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { getRouteApi } from "@tanstack/react-router";
import type { TracesSearch } from "../addresses.ts";

const route = getRouteApi("/");
/** Stands for no filter. A service that is really called so can still be found by text. */
const ALL = "*";

interface TracesToolbarProps {
  readonly services: readonly string[];
  readonly shown: number;
  readonly loaded: number;
}

export function TracesToolbar({ services, shown, loaded }: TracesToolbarProps) {
  const { q = "", service, errors } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<TracesSearch>): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const offered = service === undefined || services.includes(service) ? services : [service, ...services];
  const items = { [ALL]: "All services", ...Object.fromEntries(offered.map((name) => [name, name])) };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 py-2 sm:px-4">
      <Input
        size="sm"
        type="search"
        aria-label="Filter traces"
        placeholder="Filter by operation, service, status or trace id"
        className="min-w-40 flex-1 sm:max-w-96"
        value={q}
        onChange={(event) => set({ q: event.target.value })}
      />
      <Select
        size="sm"
        aria-label="Service"
        className="w-40"
        items={items}
        value={service ?? ALL}
        onValueChange={(value) => set({ service: value === null || value === ALL ? undefined : value })}
      />
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
