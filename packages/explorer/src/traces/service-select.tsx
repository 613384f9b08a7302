// One service, or all.
import { Select } from "@cloudflare/kumo/components/select";

/** Stands for no filter. A service that is really called so can still be found by text. */
const ALL = "*";

interface ServiceSelectProps {
  readonly service: string | undefined;
  readonly services: readonly string[];
  readonly set: (service: string | undefined) => void;
}

export function ServiceSelect({ service, services, set }: ServiceSelectProps) {
  const offered = service === undefined || services.includes(service) ? services : [service, ...services];
  return (
    <Select
      size="sm"
      aria-label="Service"
      className="w-40"
      items={{ [ALL]: "All services", ...Object.fromEntries(offered.map((name) => [name, name])) }}
      value={service ?? ALL}
      onValueChange={(value) => set(value === null || value === ALL ? undefined : value)}
    />
  );
}
