// Prints figures and, beside each that has one, its goal and whether it is met.

export interface Goal {
  /** Whose figure it is, where that is not plain. */
  what?: string;
  /** What the figure is a ratio to. */
  to?: string;
  value: number;
  /** One of the two. */
  atMost?: number;
  atLeast?: number;
  /** The least and the greatest of the repetitions. */
  range?: readonly [low: number, high: number];
  unit?: string;
}

/** Every goal that was printed, for the summary at the end. */
const misses: string[] = [];
let goals = 0;
let section = "";

export function printTitle(title: string): void {
  section = title;
  console.log(`\n${title}`);
}

export function printFigure(name: string, value: number, unit: string, digits = 0, note = ""): void {
  console.log(
    `  ${name.padEnd(38)} ${value.toFixed(digits).padStart(9)} ${unit}${note === "" ? "" : `   ${note}`}`,
  );
}

export function printGoal({ what, to, value, atMost, atLeast, range, unit = "×" }: Goal): void {
  const met = atLeast === undefined ? value <= (atMost as number) : value >= atLeast;
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  const text = `${value.toFixed(unit === "×" ? 3 : 1)} ${unit}${to === undefined ? "" : ` ${to}`}`;
  const spread = range === undefined ? "" : ` (${range.map((end) => end.toFixed(3)).join(" to ")})`;
  const line = `${what === undefined ? "" : `${what}: `}${text}${spread}: ${met ? "meets" : "misses"} the goal of ${bound} ${unit}`;
  console.log(`    ${line}`);
  goals++;
  if (!met) misses.push(`${section}: ${line}`);
}

export function printSummary(): void {
  console.log(`\n${goals - misses.length} of ${goals} goals are met.`);
  for (const miss of misses) console.log(`  ${miss}`);
}
