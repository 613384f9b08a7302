// What the server is told by a file and by its environment: destinations, and how traces are sampled. A mistake names the
// file, the place in it and how to mend it; no value is shown, as it may be secret.

import { readFileSync } from "node:fs";
import { z } from "zod";
import { BackendError } from "../error.ts";
import {
  type Destination,
  destinationName,
  destinationOf,
  destinationSettings,
} from "../forward/destination.ts";
import { type SamplingSettings, samplingSettings } from "../sampling/policy.ts";
import { environmentDestinations } from "./environment.ts";
import { parseJsonc } from "./jsonc.ts";
import { problemsOf } from "./problems.ts";

export interface Settings {
  destinations: Destination[];
  /** All traces are kept, without it. */
  sampling?: SamplingSettings;
}

const settingsFile = z.strictObject({
  $schema: z.string().optional(),
  destinations: z.record(destinationName, destinationSettings).default({}),
  sampling: samplingSettings.optional(),
});

/** In texts of the file: a variable of the environment. */
const VARIABLE = /\$\{(\w+)\}/g;

/**
 * Reads a settings file (JSON, comments allowed) and the environment. A destination of the environment goes before one of
 * the file with the same name.
 *
 * @throws BackendError `invalid_settings`.
 */
export function readSettings(
  path: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const file = path === undefined ? settingsFile.parse({}) : readFile(path, environment);
  const fromFile = Object.entries(file.destinations).map(([name, settings]) =>
    destinationOf(name, settings, "settings"),
  );
  const fromEnvironment = environmentDestinations(environment);
  const named = new Set(fromEnvironment.map(({ name }) => name));
  return {
    destinations: [...fromFile.filter(({ name }) => !named.has(name)), ...fromEnvironment],
    ...(file.sampling && { sampling: file.sampling }),
  };
}

function readFile(path: string, environment: Readonly<Record<string, string | undefined>>) {
  const invalid = (problem: string) => new BackendError("invalid_settings", `${path}: ${problem}`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(`cannot be read: ${(error as Error).message}`);
  }
  let parsed: unknown;
  try {
    parsed = parseJsonc(text);
  } catch (error) {
    throw invalid(`is not JSON${placeOf(error as Error)}.`);
  }
  const missing = new Set<string>();
  const result = settingsFile.safeParse(withVariables(parsed, environment, missing));
  if (missing.size > 0) {
    throw invalid(`names variables that the environment does not have: ${[...missing].join(", ")}.`);
  }
  if (result.success) return result.data;
  throw invalid(problemsOf(result.error));
}

/** Of JSON.parse's message the place alone: what stands there may be secret. */
function placeOf({ message }: Error): string {
  const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
  return line === undefined ? "" : ` at line ${line}, column ${column}`;
}

function withVariables(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  missing: Set<string>,
): unknown {
  if (typeof value === "string") {
    return value.replaceAll(VARIABLE, (_, name: string) => {
      const found = environment[name];
      if (found === undefined) missing.add(name);
      return found ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((inner) => withVariables(inner, environment, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withVariables(inner, environment, missing)]),
  );
}
