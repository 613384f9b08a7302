// All destinations with their queues: takes accepted requests in, and what the API changes of destinations.

import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BackendError } from "../error.ts";
import { type Entry, type PickRecord, selected } from "../queue/entry.ts";
import { serviceOf } from "../store/service-name.ts";
import {
  type Destination,
  type DestinationSettings,
  destinationOf,
  destinationSettings,
  slugOf,
} from "./destination.ts";
import { Routes, type ServiceRoute } from "./routes.ts";
import { readSaved, type SavedDestination, writeSaved } from "./saved-destinations.ts";
import { queueDirectory, Sender, type SenderOptions } from "./sender.ts";

export interface ForwarderOptions extends SenderOptions {
  dataDir: string;
  /** Those that are defined outside: the API cannot change them. */
  destinations: readonly Destination[];
}

/** A destination and what becomes of what it gets. */
export interface Forwarding {
  slug: string;
  sender: Sender;
  /** Services that it gets telemetry of; with "all" those besides that name it. */
  services: string[];
  /** 0 for those that are defined outside. */
  createdMs: number;
  updatedMs: number;
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #senders = new Map<string, Sender>();
  readonly #routes = new Routes();
  #saved: SavedDestination[];
  /** Changes of destinations go one after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  /** @throws BackendError `invalid_settings`, `unknown_destination`. Nothing stays open then. */
  constructor(options: ForwarderOptions, routes: Readonly<Record<string, ServiceRoute>>) {
    this.#options = options;
    this.#saved = readSaved(options.dataDir);
    const destinations = new Map<string, Destination>();
    for (const { name, settings } of this.#saved) {
      destinations.set(slugOf(name), destinationOf(name, settings, "api"));
    }
    const outside = new Set<string>();
    for (const destination of options.destinations) {
      const slug = slugOf(destination.name);
      if (outside.has(slug)) {
        throw new BackendError(
          "invalid_settings",
          `Two destinations are called "${destination.name}", or alike: names must differ in letters or digits.`,
        );
      }
      outside.add(slug);
      destinations.set(slug, destination);
    }
    for (const [service, route] of Object.entries(routes))
      this.#routes.set(service, route, [...destinations.values()]);
    try {
      for (const [slug, destination] of destinations) this.#start(slug, destination);
    } catch (cause) {
      for (const sender of this.#senders.values()) void sender.close(0);
      const { message } = cause as Error;
      throw new BackendError(
        "data_dir_not_writable",
        `The queues of destinations cannot be opened in ${options.dataDir}: ${message}. Mend its permissions or choose another data directory.`,
        { cause },
      );
    }
    this.#warnOfOrphans();
  }

  /** @throws BackendError `unknown_destination`; the service's route is then as it was. */
  route(service: string, route: ServiceRoute): void {
    const destinations = [...this.#senders.values()].map(({ destination }) => destination);
    this.#routes.set(service, route, destinations);
  }

  isKept(service: string, signal: Entry["signal"]): boolean {
    return this.#routes.isKept(service, signal);
  }

  /**
   * Resolves when the entry is on disk for each destination that gets some of it. `services` are those of its records;
   * `pick` is given where not all of them go on, or not as they are.
   *
   * @throws QueueFullError, or Node's error when the disk does not take it.
   */
  async accept(entry: Entry, services: ReadonlySet<string>, pick?: PickRecord): Promise<void> {
    await Promise.all(
      this.#wanting(services, entry.signal).map(({ sender, wanted }) => {
        if (wanted.size === services.size && pick === undefined) return sender.append(entry);
        const part = selected(entry, (record, resource, index) => {
          if (!wanted.has(serviceOf(resource))) return undefined;
          return pick === undefined ? record : pick(record, resource, index);
        });
        return part.records === 0 ? undefined : sender.append(part);
      }),
    );
  }

  list(): Forwarding[] {
    return [...this.#senders].map(([slug, sender]) => {
      const saved =
        sender.destination.source === "api"
          ? this.#saved.find(({ name }) => slugOf(name) === slug)
          : undefined;
      return {
        slug,
        sender,
        services: this.#routes.servicesOf(sender.destination),
        createdMs: saved?.createdMs ?? 0,
        updatedMs: saved?.updatedMs ?? 0,
      };
    });
  }

  find(slug: string): Forwarding | undefined {
    return this.list().find((forwarding) => forwarding.slug === slug);
  }

  /** Resolves when it is on disk. The name must be free. */
  create(name: string, settings: DestinationSettings): Promise<void> {
    return this.#change(async () => {
      const now = Date.now();
      const saved = { name, settings: destinationSettings.parse(settings), createdMs: now, updatedMs: now };
      await this.#save([...this.#saved, saved]);
      this.#start(slugOf(name), destinationOf(name, saved.settings, "api"));
    });
  }

  /** The same for one that was made by `create`. What waits goes to its new address. */
  update(slug: string, settings: DestinationSettings): Promise<void> {
    return this.#change(async () => {
      const parsed = destinationSettings.parse(settings);
      const isIt = ({ name }: SavedDestination) => slugOf(name) === slug;
      await this.#save(
        this.#saved.map((saved) =>
          isIt(saved) ? { ...saved, settings: parsed, updatedMs: Date.now() } : saved,
        ),
      );
      const sender = this.#senders.get(slug);
      sender?.update(destinationOf(sender.destination.name, parsed, "api"));
    });
  }

  /** The same; what waits is deleted with it. */
  delete(slug: string): Promise<void> {
    return this.#change(async () => {
      await this.#save(this.#saved.filter(({ name }) => slugOf(name) !== slug));
      const sender = this.#senders.get(slug);
      this.#senders.delete(slug);
      await sender?.close(0);
      await rm(queueDirectory(this.#options.dataDir, slug), { recursive: true, force: true });
    });
  }

  /** What waits stays on disk for the next start; those that answer get what they take within two seconds. */
  async close(): Promise<void> {
    await this.#changing;
    await Promise.all([...this.#senders.values()].map((sender) => sender.close()));
  }

  #wanting(services: ReadonlySet<string>, signal: Entry["signal"]) {
    return [...this.#senders.values()].flatMap((sender) => {
      const leads = (service: string) => this.#routes.leadsTo(sender.destination, service, signal);
      const wanted = new Set([...services].filter(leads));
      return wanted.size > 0 ? { sender, wanted } : [];
    });
  }

  #start(slug: string, destination: Destination): void {
    const directory = queueDirectory(this.#options.dataDir, slug);
    this.#senders.set(slug, new Sender(destination, directory, this.#options));
  }

  async #save(saved: SavedDestination[]): Promise<void> {
    await writeSaved(this.#options.dataDir, saved);
    this.#saved = saved;
  }

  #change(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => {});
    return done;
  }

  /** What waits for a destination that is defined no more is kept: a slip in a settings file must not cost it. */
  #warnOfOrphans(): void {
    const parent = join(this.#options.dataDir, "forward");
    const queues = existsSync(parent) ? readdirSync(parent) : [];
    for (const slug of queues.filter((name) => !this.#senders.has(name))) {
      this.#options.warn(
        `${join(parent, slug)} holds telemetry for a destination that is defined no more. Define it again, or delete the directory.`,
      );
    }
  }
}
