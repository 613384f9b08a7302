// Reads Prometheus' text format as strictly as its own parser: a test that scrapes must not pass on what Prometheus would
// refuse.

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: string;
  help: string;
  samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"';
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{((?:${LABEL},?)*)\\})? ([-+]?(?:[\\d.]+(?:e[-+]?\\d+)?|Inf)|NaN)$`,
);

/** @throws Error naming the line that is not in the format. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family>();
  let current = "";
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string) => new Error(`${why}: ${line}`);
    const [, word, name = "", rest = ""] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line) ?? [];
    if (word === "HELP") {
      if (families.has(name)) throw fail("a family comes twice");
      families.set(name, { type: "", help: rest, samples: [] });
      current = name;
      continue;
    }
    const family = families.get(current);
    if (!family) throw fail("a line before any family");
    if (word === "TYPE") {
      if (name !== current || family.type !== "") throw fail("a type out of place");
      if (!["counter", "gauge", "histogram"].includes(rest)) throw fail("an unknown type");
      family.type = rest;
      continue;
    }
    const [, sample, labelText = "", ...parts] = SAMPLE.exec(line) ?? [];
    if (sample === undefined) throw fail("not a sample");
    const suffix = sample.slice(current.length);
    const suffixes = family.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    if (!sample.startsWith(current) || !suffixes.includes(suffix)) throw fail("a sample of another family");
    if (seen.has(sample + labelText)) throw fail("a sample comes twice");
    seen.add(sample + labelText);
    const labels: Record<string, string> = {};
    for (const [, label = "", value = ""] of labelText.matchAll(new RegExp(LABEL, "g"))) {
      labels[label] = value.replace(/\\(["\\n])/g, (_, character) => (character === "n" ? "\n" : character));
    }
    family.samples.push({ name: sample, labels, value: numberOf(parts.at(-1) as string) });
  }
  for (const [name, { type, samples }] of families) if (type === "histogram") checkBuckets(name, samples);
  return families;
}

const numberOf = (text: string) => (text.endsWith("Inf") ? Number(`${text}inity`) : Number(text));

/** Buckets grow, end at +Inf, and that one is the count. */
function checkBuckets(name: string, samples: Sample[]): void {
  let last: Sample | undefined;
  for (const sample of samples) {
    const isBucket = sample.name === `${name}_bucket`;
    const bound = numberOf(sample.labels.le ?? "");
    const isNext = isBucket && last !== undefined && numberOf(last.labels.le ?? "") < bound;
    if (isNext && last && sample.value < last.value) throw new Error(`a bucket of ${name} shrinks`);
    if (isBucket) last = sample;
    if (sample.name === `${name}_count` && (last?.labels.le !== "+Inf" || last.value !== sample.value)) {
      throw new Error(`the buckets of ${name} do not end at its count`);
    }
  }
}

/** The value of the sample with exactly these labels; 0 where there is none. */
export function sampleOf(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  for (const family of families.values()) {
    for (const sample of family.samples) {
      const isIt = sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted;
      if (isIt) return sample.value;
    }
  }
  return 0;
}
