// What a Worker finds in `env`: the variables of the Wrangler file, its bindings by wrangler's own stand-ins, or what a
// module of the user's gives in their place.
import { CliError, messageOf, oneLine, stackOf } from "../errors.ts";
import type { Wrangler, WranglerConfig } from "../wrangler.ts";
import { bindingClass } from "./binding-classes.ts";
import { ownClasses } from "./own-classes.ts";

export interface Bindings {
  env: Record<string, unknown>;
  /** What `request.cf` is; undefined where nobody says anything of where requests come from. */
  cf: Record<string, unknown> | undefined;
  dispose(): Promise<void>;
}

/** A Wrangler file that has been read. */
export interface WranglerFile {
  wrangler: Wrangler;
  path: string;
  config: WranglerConfig;
  /** A named environment of it. */
  env: string | undefined;
}

const VARIABLES = ["plain_text", "json", "secret_text"];

/** The variables alone. Starts nothing. */
export function readVars({ wrangler, path, config, env }: WranglerFile): Record<string, unknown> {
  const vars = wrangler.varsOf(path, config, env);
  return Object.fromEntries(Object.entries(vars).map(([name, { value }]) => [name, value]));
}

/** Variables and bindings. Starts workerd, where there is a binding that needs it. */
export async function openBindings(file: WranglerFile): Promise<Bindings> {
  const declared = file.wrangler.bindingsOf(file.config);
  const own = ownClasses(file.config);
  if (Object.entries(declared).every(([name, { type }]) => VARIABLES.includes(type) || name in own))
    return onlyVars({ ...readVars(file), ...own });
  try {
    const { env, cf, dispose } = await file.wrangler.platformProxy(file.path, file.env);
    const bindings = Object.entries(env).map(([name, stub]) => [
      name,
      bindingClass(declared[name]?.type, stub),
    ]);
    return { env: { ...Object.fromEntries(bindings), ...own }, cf, dispose };
  } catch (error) {
    throw new CliError(oneLine(`The bindings of ${file.path} cannot be had: ${messageOf(error)}`));
  }
}

export function onlyVars(env: Record<string, unknown>): Bindings {
  return { env, cf: undefined, dispose: async () => {} };
}

type Give = (vars: Record<string, unknown>) => unknown;

/** @throws CliError with what the user's function throws. */
async function ask(give: Give, vars: Record<string, unknown>, path: string): Promise<unknown> {
  try {
    return await give(vars);
  } catch (error) {
    throw new CliError(`${path} failed when it was asked for the env:\n\n${stackOf(error)}`);
  }
}

/**
 * What the user's module makes of the variables: its default export is an object, or a function of the variables that
 * returns one or a promise of one. What it does not name stays as the variables have it.
 */
export async function bindingsOfModule(
  exported: unknown,
  vars: Record<string, unknown>,
  path: string,
): Promise<Bindings> {
  const given: unknown = typeof exported === "function" ? await ask(exported as Give, vars, path) : exported;
  if (typeof given !== "object" || given === null) {
    throw new CliError(
      `${path} gives no env. Its default export is to be an object of bindings, or a function (vars) => bindings.`,
    );
  }
  return onlyVars({ ...vars, ...given });
}
