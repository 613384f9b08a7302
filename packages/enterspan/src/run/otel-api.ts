// `@enterspan/tracing/otel` as a Worker imports it is our copy, and enterspan may be installed apart from the project:
// globally, or by npx. Its `@opentelemetry/api` is then the project's.
import Module from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CliError } from "../errors.ts";

const API = "@opentelemetry/api";
const TRACING = dirname(fileURLToPath(import.meta.resolve("@enterspan/tracing")));

/** Has our tracing look for the API from the module `entry` too. Nodes before 22.15 have no way for it. */
export function lendOpenTelemetry(entry: string): void {
  (Module as Partial<typeof Module>).registerHooks?.({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (specifier !== API || !context.parentURL?.startsWith(pathToFileURL(TRACING).href)) throw error;
        try {
          return next(specifier, { ...context, parentURL: pathToFileURL(entry).href });
        } catch {
          throw error;
        }
      }
    },
  });
}

/** Explains that `file` did not start for want of the API; undefined for an error of another kind. */
export function explainMissingApi(error: unknown, file: string): CliError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === "ERR_MODULE_NOT_FOUND" && message.startsWith(`Cannot find package '${API}'`);
  if (!isMissing || !message.includes(TRACING)) return undefined;
  return new CliError(
    `${file} did not start: ${API} is not found, which @enterspan/tracing/otel needs. ` +
      `Install it in your project: npm install ${API}. Before Node 22.15 install enterspan there too.`,
  );
}
