// Counters, gauges and histograms of this process in Prometheus' text format, version 0.0.4. Label values come from fixed
// lists of ours, so that no sender can make series.

type Labels = Readonly<Record<string, string | number>>;

interface Metric {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Lines without the name's prefix, such as `{signal="traces"} 3`. */
  lines(name: string): Iterable<string>;
}

export class Counter implements Metric {
  readonly type = "counter";
  readonly help: string;
  readonly #values = new Map<string, number>();

  constructor(help: string) {
    this.help = help;
  }

  add(amount: number, labels: Labels = {}): void {
    const key = braced(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, value] of this.#values) yield `${name}${labels} ${value}`;
  }
}

/** Read when it is asked for. Samples whose value is undefined are left out. */
export class Gauge implements Metric {
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly #read: () => Array<[Labels, number | undefined]>;

  constructor(
    help: string,
    read: () => Array<[Labels, number | undefined]>,
    type: "counter" | "gauge" = "gauge",
  ) {
    this.type = type;
    this.help = help;
    this.#read = read;
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, value] of this.#read()) {
      if (value !== undefined) yield `${name}${braced(labels)} ${value}`;
    }
  }
}

/** From a millisecond, a small commit on a fast disk, to the longest that a query may take. */
const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Observed {
  labels: Labels;
  /** Of each bound alone; the last is for what is beyond all. */
  counts: number[];
  sum: number;
}

export class Histogram implements Metric {
  readonly type = "histogram";
  readonly help: string;
  readonly #observed = new Map<string, Observed>();

  constructor(help: string) {
    this.help = help;
  }

  observe(seconds: number, labels: Labels = {}): void {
    const key = braced(labels);
    let observed = this.#observed.get(key);
    if (!observed) {
      observed = { labels, counts: new Array(BOUNDS_SECONDS.length + 1).fill(0), sum: 0 };
      this.#observed.set(key, observed);
    }
    const bound = BOUNDS_SECONDS.findIndex((upper) => seconds <= upper);
    const at = bound < 0 ? BOUNDS_SECONDS.length : bound;
    observed.counts[at] = (observed.counts[at] as number) + 1;
    observed.sum += seconds;
  }

  *lines(name: string): Iterable<string> {
    for (const { labels, counts, sum } of this.#observed.values()) {
      let below = 0;
      for (const [index, count] of counts.entries()) {
        below += count;
        yield `${name}_bucket${braced({ ...labels, le: BOUNDS_SECONDS[index] ?? "+Inf" })} ${below}`;
      }
      yield `${name}_sum${braced(labels)} ${sum}`;
      yield `${name}_count${braced(labels)} ${below}`;
    }
  }
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function exposition(metrics: Readonly<Record<string, Metric>>): string {
  const lines: string[] = [];
  for (const [name, metric] of Object.entries(metrics)) {
    lines.push(`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${metric.type}`, ...metric.lines(name));
  }
  return `${lines.join("\n")}\n`;
}

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (value: string) =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
