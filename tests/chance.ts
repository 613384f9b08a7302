// What tests leave to chance, for all of them: random inputs begin at the seed, and RUNS makes every property longer.

const { ENTERSPAN_SEED = "1", ENTERSPAN_RUNS = "1" } = process.env;

/**
 * The same each time, so that what fails has been broken by the change; undefined for another each time, which is how to
 * look for what nobody has met yet.
 */
export const SEED = ENTERSPAN_SEED === "random" ? undefined : wholeNumber("ENTERSPAN_SEED", ENTERSPAN_SEED);

/** How many times as many runs as a test asks for: what is met rarely is met before CI would. */
export const RUNS = wholeNumber("ENTERSPAN_RUNS", ENTERSPAN_RUNS);

function wholeNumber(name: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new Error(`${name} is "${text}": give it a whole number.`);
}
