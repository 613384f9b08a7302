// The one error of the command line: what the user can mend, said in one line. Anything else is a bug and keeps its stack.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, stripVTControlCharacters } from "node:util";

export class CliError extends Error {
  override name = "CliError";
}

/** Folds a message of several lines, as Wrangler writes them, into one. */
export function oneLine(message: string): string {
  return stripVTControlCharacters(message)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** What a caught value says of itself. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A port that another program has; `flag` is the one that chooses it. */
export function portTaken(port: number, flag: string): CliError {
  return new CliError(
    `Port ${port} is taken by another program. Choose another with ${flag} PORT, or any free one with ${flag} 0.`,
  );
}

/** Directories of ours, and of what calls us: frames of a stack that lie there tell a user nothing. */
const OURS = [
  import.meta.dirname,
  ...["@enterspan/tracing", "commander"].map((name) => dirname(fileURLToPath(import.meta.resolve(name)))),
];

/** A caught value with its stack and causes, as far as they are the user's code. */
export function stackOf(error: unknown): string {
  return inspect(error, { colors: false })
    .split("\n")
    .filter(
      (line) =>
        !/^\s+at /.test(line) || !(line.includes("node:internal/") || OURS.some((dir) => line.includes(dir))),
    )
    .join("\n");
}
