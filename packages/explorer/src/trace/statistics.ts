// How often each operation ran in a trace and how long it took: the rows of the table of statistics.
import type { Product } from "./product.ts";
import { type Nanos, nanos } from "./time.ts";
import type { Tree } from "./tree.ts";

/** All spans of one name in one service. */
export interface OperationStatistics {
  readonly name: string;
  readonly service: string;
  readonly product: Product;
  readonly count: number;
  readonly errors: number;
  /** Durations added up: more than the trace's where they overlap or are nested. */
  readonly total: Nanos;
  readonly self: Nanos;
  readonly average: Nanos;
  /** The least duration that at least 95 % of the spans do not exceed. */
  readonly p95: Nanos;
  readonly longest: Nanos;
  /** Key of the longest, the first of them. */
  readonly longestKey: string;
}

interface Gathered {
  readonly first: number;
  readonly durations: number[];
  errors: number;
  self: number;
  longestAt: number;
}

/** By self time, most first. @param self self times by position */
export function operationStatistics(tree: Tree, self: Float64Array): OperationStatistics[] {
  const byOperation = new Map<string, Gathered>();
  tree.spans.forEach((span, position) => {
    const key = `${span.service}\n${span.name}`;
    let gathered = byOperation.get(key);
    if (gathered === undefined) {
      gathered = { first: position, durations: [], errors: 0, self: 0, longestAt: position };
      byOperation.set(key, gathered);
    }
    gathered.durations.push(span.duration);
    gathered.self += self[position] ?? 0;
    if (span.status === "error") gathered.errors++;
    if (span.duration > (tree.spans[gathered.longestAt]?.duration ?? 0)) gathered.longestAt = position;
  });
  return [...byOperation.values()]
    .map((gathered) => statisticsOf(tree, gathered))
    .sort((a, b) => b.self - a.self || b.count - a.count);
}

function statisticsOf(
  tree: Tree,
  { first, durations, errors, self, longestAt }: Gathered,
): OperationStatistics {
  const sorted = Float64Array.from(durations).sort();
  const count = sorted.length;
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  const { name, title, service, product } = tree.spans[first] as Tree["spans"][number];
  return {
    name: name.trim() === "" ? title : name,
    service,
    product,
    count,
    errors,
    total: nanos(total),
    self: nanos(self),
    average: nanos(total / count),
    p95: nanos(sorted[Math.ceil(count * 0.95) - 1] as number),
    longest: nanos(sorted[count - 1] as number),
    longestKey: tree.spans[longestAt]?.key ?? "",
  };
}
