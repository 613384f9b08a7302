// What tests leave to chance, for all of them: random inputs begin at the seed, and RUNS makes every property longer.

const { CI, ENTERSPAN_SEED, ENTERSPAN_RUNS = "1" } = process.env;

/** In CI the same each time, so that what fails there has been broken by the change; elsewhere another each time. */
export const SEED = wholeNumber("ENTERSPAN_SEED", ENTERSPAN_SEED ?? (CI ? "1" : undefined));

/** How many times as many runs as a test asks for: what is met rarely is met before CI would. */
export const RUNS = wholeNumber("ENTERSPAN_RUNS", ENTERSPAN_RUNS) ?? 1;

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^-?\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Error(`${name} is "${text}": give it a whole number.`);
}
