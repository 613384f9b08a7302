// Runs contenders in turn, round after round, so that whatever else the machine does hits all of them alike, and prints
// medians and ratios. Figures of one run compare; figures of two runs do not.

export interface Contender {
  name: string;
  /** Does the work `count` times. */
  run: (count: number) => unknown;
}

export interface Result {
  name: string;
  /** Median nanoseconds per operation. */
  ns: number;
}

/** @param count operations in a round, as many for each contender */
export async function rounds(
  contenders: Contender[],
  { rounds, count }: { rounds: number; count: number },
): Promise<Result[]> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  // The first rounds let the engine compile; they do not count.
  for (let round = -3; round < rounds; round++) {
    for (const { name, run } of contenders) {
      // Nobody pays for the garbage of the one before, nor for what it has left to timers.
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc?.({ type: "minor" } as never);
      const start = process.hrtime.bigint();
      await run(count);
      const ns = Number(process.hrtime.bigint() - start) / count;
      if (round >= 0) samples.get(name)?.push(ns);
    }
  }
  return contenders.map(({ name }) => ({ name, ns: median(samples.get(name) ?? []) }));
}

/** A table of results, each as a ratio to the result of `base`. */
export function print(title: string, results: Result[], base: string): void {
  const unit = results.find(({ name }) => name === base)?.ns ?? 1;
  console.log(`\n${title}`);
  for (const { name, ns } of results) {
    console.log(
      `  ${name.padEnd(34)} ${ns.toFixed(0).padStart(7)} ns   ${(ns / unit).toFixed(2).padStart(6)} ×`,
    );
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
