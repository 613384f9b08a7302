// Which destinations a service's telemetry goes on to, and whether it is kept here: what the services' own configurations
// say, and what destinations say of services.

import { BackendError } from "../error.ts";
import { type Destination, type ForwardSignal, slugOf } from "./destination.ts";

/** Of one signal of a service, as `observability.traces` and `observability.logs` of a Wrangler file say. */
export interface SignalRoute {
  /** Names of destinations. Default: none. */
  destinations?: readonly string[];
  /** False forwards without keeping. Default: true. */
  persist?: boolean;
}

export type ServiceRoute = { readonly [signal in ForwardSignal]?: SignalRoute };

export class Routes {
  readonly #byService = new Map<string, ServiceRoute>();

  /** @throws BackendError `unknown_destination` for a name that none of `destinations` has. */
  set(service: string, route: ServiceRoute, destinations: readonly Destination[]): void {
    for (const signal of ["traces", "logs"] as const) {
      for (const name of route[signal]?.destinations ?? []) check(service, signal, name, destinations);
    }
    this.#byService.set(service, route);
  }

  isKept(service: string, signal: ForwardSignal): boolean {
    return this.#byService.get(service)?.[signal]?.persist ?? true;
  }

  leadsTo(destination: Destination, service: string, signal: ForwardSignal): boolean {
    if (!destination.enabled || destination.urls[signal] === undefined) return false;
    const { services } = destination;
    if (services === "all" || services.includes(service)) return true;
    return namedIn(this.#byService.get(service)?.[signal], destination);
  }

  /** Services that name the destination, for either signal. */
  servicesOf(destination: Destination): string[] {
    const naming = [...this.#byService].filter(
      ([, { traces, logs }]) => namedIn(traces, destination) || namedIn(logs, destination),
    );
    const listed = destination.services === "all" ? [] : destination.services;
    return [...new Set([...listed, ...naming.map(([service]) => service)])].sort();
  }
}

const namedIn = (route: SignalRoute | undefined, { name }: Destination): boolean =>
  route?.destinations?.some((named) => slugOf(named) === slugOf(name)) ?? false;

function check(
  service: string,
  signal: ForwardSignal,
  name: string,
  destinations: readonly Destination[],
): void {
  const found = destinations.find((destination) => slugOf(destination.name) === slugOf(name));
  const what = `observability.${signal}.destinations of ${service} names "${name}"`;
  if (found === undefined) {
    const known = destinations.map((destination) => `"${destination.name}"`).join(", ");
    throw new BackendError(
      "unknown_destination",
      `${what}, which nobody has defined. ${known ? `Defined: ${known}.` : "No destination is."} ` +
        "Define it in enterspan.jsonc, by environment variables or through the API.",
    );
  }
  if (found.urls[signal] === undefined) {
    throw new BackendError(
      "unknown_destination",
      `${what}, which takes no ${signal}. Give it an "endpoint", or a "${signal}Url".`,
    );
  }
}
