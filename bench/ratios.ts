// Medians and ratios. A shared machine has phases, from milliseconds to minutes long, in which everything takes twice as
// long: a ratio is therefore the median of the ratios of each round, not the ratio of two medians, which may lie in
// different phases.

/** Figures by contender, one for each round; of the same index, of the same round. */
export type Samples = Map<string, number[]>;

export interface Ratio {
  ratio: number;
  /** The least and the greatest of the repetitions, each with processes of its own. */
  low: number;
  high: number;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of two contenders' figures for the same rounds. */
export function medianRatio(values: number[], bases: number[]): number {
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

/** Median over the repetitions of a contender's median. */
export function typical(repetitions: Samples[], name: string): number {
  return median(repetitions.map((samples) => median(samples.get(name) ?? [])));
}

export function ratioOf(repetitions: Samples[], name: string, base: string): Ratio {
  const ratios = repetitions.map((samples) => medianRatio(samples.get(name) ?? [], samples.get(base) ?? []));
  return { ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
