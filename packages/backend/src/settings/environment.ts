// Destinations by variables of the environment: ENTERSPAN_DESTINATION_<NAME>_ENDPOINT, _HEADERS and so on, where a
// file would have to hold what is secret.

import { BackendError } from "../error.ts";
import { type Destination, destinationOf, destinationSettings, slugOf } from "../forward/destination.ts";
import { problemsOf } from "./problems.ts";

const PREFIX = "ENTERSPAN_DESTINATION_";

/** What each ending sets. */
const FIELDS = {
  ENDPOINT: "endpoint",
  TRACES_URL: "tracesUrl",
  LOGS_URL: "logsUrl",
  HEADERS: "headers",
  ENCODING: "encoding",
  COMPRESSION: "compression",
  SERVICES: "services",
} as const;

const VARIABLE = new RegExp(`^${PREFIX}(\\w+?)_(${Object.keys(FIELDS).join("|")})$`);

/** `HONEYCOMB_EU` defines `honeycomb-eu`. @throws BackendError `invalid_settings`. */
export function environmentDestinations(
  environment: Readonly<Record<string, string | undefined>>,
): Destination[] {
  const found = new Map<string, Record<string, unknown>>();
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(PREFIX)) continue;
    const [, name, ending] = VARIABLE.exec(variable) ?? [];
    if (name === undefined) {
      const endings = Object.keys(FIELDS).join(", ");
      throw invalid(variable, `does not end in _ and one of ${endings}.`);
    }
    const field = FIELDS[ending as keyof typeof FIELDS];
    const settings = found.get(name) ?? {};
    settings[field] = settingOf(variable, field, text);
    found.set(name, settings);
  }
  return [...found].map(([name, settings]) => {
    const result = destinationSettings.safeParse(settings);
    if (!result.success) throw invalid(`${PREFIX}${name}_…`, problemsOf(result.error));
    return destinationOf(slugOf(name), result.data, "environment");
  });
}

function settingOf(variable: string, field: (typeof FIELDS)[keyof typeof FIELDS], text: string): unknown {
  if (field === "headers") return headersOf(variable, text);
  if (field === "services") return text === "all" ? text : text.split(",").map((service) => service.trim());
  return text;
}

/** As OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,name=value`, values percent-encoded. */
function headersOf(variable: string, text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      if (value.length === 0) throw invalid(variable, "is no list of name=value.");
      try {
        return [name.trim(), decodeURIComponent(value.join("=").trim())];
      } catch {
        throw invalid(variable, `has a value of ${name.trim()} that is not percent-encoded: write % as %25.`);
      }
    }),
  );
}

const invalid = (variable: string, problem: string) =>
  new BackendError("invalid_settings", `The variable ${variable} ${problem}`);
