// The real core, set up for one recording: it starts invocations as ever, and what it would send it leaves alone, since
// the test reads the spans where they are. It starts no timer, so that it waits for none that a test holds still.
import { readConfig } from "../config.ts";
import type { Host } from "../host.ts";
import { active, host } from "../process.ts";
import { Runtime } from "../runtime.ts";
import { Exporter } from "../send/exporter.ts";
import { type ClockOption, timeSource } from "./clock.ts";

/** `sequential` counts from 1; a seed gives other ids that are the same in every run. */
export type IdsOption = "random" | "sequential" | { seed: number };

export interface RecordingRuntimeOptions {
  clock: ClockOption;
  ids: IdsOption;
  sampled: boolean;
}

class Discarding extends Exporter {
  override async export(): Promise<void> {}
}

const NEVER = new Promise<never>(() => {});

export class RecordingRuntime extends Runtime {
  readonly #exporter: Exporter;

  /** @throws TypeError when an option is wrong. */
  constructor({ clock, ids, sampled }: RecordingRuntimeOptions) {
    const recordingHost: Host = {
      ...host,
      ...timeSource(clock),
      random: randomSource(ids),
      // A test that waits forever is ended by its runner; a recording must not outlive it by a timer of its own.
      // What is no pause is none here either: a timer that a test holds still would not end it.
      sleep: (ms, woken = NEVER) => (ms === 0 ? Promise.resolve() : woken),
    };
    const traces = { headSamplingRate: sampled ? 1 : 0 };
    super(recordingHost, active, readConfig({ serviceName: "test", traces }));
    this.#exporter = new Discarding(recordingHost, {
      delayMs: 0,
      endpoint: "",
      headers: {},
      resource: () => "",
    });
  }

  override get exporter(): Exporter {
    return this.#exporter;
  }
}

function randomSource(ids: IdsOption): Host["random"] {
  if (ids === "random") return host.random;
  const seed = ids === "sequential" ? 1 : ids?.seed;
  if (!Number.isInteger(seed)) {
    throw new TypeError(
      `recordTrace: ids must be "random", "sequential" or { seed: integer }, not ${JSON.stringify(ids)}`,
    );
  }
  // The core makes the ids of an invocation's spans by counting up from its random start.
  return (words) => void words.fill(seed);
}
