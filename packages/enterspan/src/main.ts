// The command line: parses, calls a command, prints its failure in one line. Exit codes: 0 stopped as asked, 1 something
// the user can mend, 2 a bug of ours.
import { Command, InvalidArgumentError, Option } from "commander";
import type { SampleAttribute } from "./commands/serve.ts";
import { CliError } from "./errors.ts";
import { createTerminal } from "./terminal.ts";
import { parseMoment } from "./transfer/time.ts";
import { VERSION } from "./version.ts";

const EXCLUDE_TARGET =
  "a target of fetch that gets no trace context: a host, *.host, the beginning of a URL, or *; may be repeated";

const SETTINGS =
  "the backend's settings, such as destinations (default: enterspan.jsonc of the project, if it is there)";

const SAMPLE_ATTRIBUTE =
  "with --sample-share: keep all that have this attribute, with any value where none is given; may be repeated";

const program = new Command("enterspan")
  .description("Run a Worker and see each request as a trace, or receive traces from anywhere.")
  .version(VERSION)
  .showHelpAfterError("Run enterspan --help for what there is.");

program
  .command("dev")
  .description("Run a Worker from its Wrangler file, or several, with their traces in a web page")
  .option(
    "-c, --config <file>",
    "the Wrangler file (default: the one in this directory); again for each further Worker",
    collect,
  )
  .option("-e, --env <name>", "a named environment of the Wrangler file")
  .option("-p, --port <port>", "port of the first Worker; the others take free ones", parsePort, 8787)
  .option("--collector-port <port>", "port of the explorer and the OTLP receiver", parsePort, 4318)
  .option("--collector <url>", "report to a backend that runs already, such as enterspan serve", parseUrl)
  .option("--data <dir>", "where telemetry is kept (default: .enterspan beside the first Wrangler file)")
  .option("--settings <file>", SETTINGS)
  .option(
    "--var <name:value>",
    "sets or replaces a variable of the first Worker; may be repeated",
    collectVar,
  )
  .addOption(traceContext())
  .option("--exclude-target <target>", EXCLUDE_TARGET, collect)
  .action((flags) => run(async () => (await import("./commands/dev.ts")).dev(flags)));

program
  .command("run")
  .description("Run a Worker on Node, with its traces in a web page or sent elsewhere")
  .argument("[entry]", "the Worker's module (default: main of the Wrangler file)")
  .option("-c, --config <file>", "the Wrangler file (default: the one in this directory, if there is one)")
  .option("-e, --env <name>", "a named environment of the Wrangler file")
  .option("-n, --name <name>", "the service's name (default: that of the Wrangler file or package.json)")
  .option("--env-module <file>", "a module that gives the bindings, in place of the Wrangler file's")
  .option("-p, --port <port>", "port of the Worker", parsePort, 8787)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--origin <url>", "where requests go whose handler failed after passThroughOnException()", parseUrl)
  .option("--collector-port <port>", "port of the explorer and the OTLP receiver", parsePort, 4318)
  .option("--collector <url>", "report to a backend that runs already, such as enterspan serve", parseUrl)
  .option("--data <dir>", "where telemetry is kept (default: .enterspan beside the Wrangler file)")
  .option("--settings <file>", SETTINGS)
  .option("--var <name:value>", "sets or replaces a variable of the Worker; may be repeated", collectVar)
  .addOption(traceContext())
  .option("--exclude-target <target>", EXCLUDE_TARGET, collect)
  .action((entry, flags) => run(async () => (await import("./commands/run.ts")).run(entry, flags)));

program
  .command("serve")
  .description("Receive OTLP and serve the explorer")
  .option("-p, --port <port>", "port of the explorer and the OTLP receiver", parsePort, 4318)
  .option("--grpc [port]", "take OTLP over gRPC too (default port: 4317)", parsePort)
  .option("--host <address>", "address to listen on; any but this machine's own requires tokens", "127.0.0.1")
  .option("--allowed-host <name>", "a further name by which requests may come; may be repeated", collect)
  .option("--require-token", "require a token on this machine too")
  .option("--data <dir>", "where telemetry is kept", ".enterspan")
  .option("--settings <file>", SETTINGS)
  .option("--retention-days <days>", "delete what is older (default: keep everything)", parseDays)
  .option("--max-size <size>", "delete the oldest beyond this size on disk, such as 10GB", parseSize)
  .option("--sample-share <share>", "keep this share of the traces, 0 to 1, and all that failed", parseShare)
  .option("--sample-slower <ms>", "with --sample-share: keep all that last longer", parseMillis)
  .option("--sample-attribute <key=value>", SAMPLE_ATTRIBUTE, collectAttribute)
  .option(
    "--sample-wait <seconds>",
    "with --sample-share: from a trace's first span to its decision",
    parseSeconds,
  )
  .addOption(
    new Option("--log-format <format>", "how to say what happens").choices(["text", "json"]).default("text"),
  )
  .addOption(
    new Option("--log-level <level>", "the least to say; debug is a line for each request to the server")
      .choices(["debug", "info", "warn", "error"])
      .default("info"),
  )
  .action((flags) =>
    run(async () => {
      (await import("@enterspan/backend/small-heap")).keepHeapSmall();
      return (await import("./commands/serve.ts")).serve(flags);
    }),
  );

program
  .command("doctor")
  .description("Look for what would keep this from working, and say how to mend it")
  .option("-c, --config <file>", "the Wrangler file (default: the one in this directory)")
  .option("-e, --env <name>", "a named environment of the Wrangler file")
  .option("-p, --port <port>", "port of the Worker", parsePort, 8787)
  .option("--collector-port <port>", "port of the explorer and the OTLP receiver", parsePort, 4318)
  .option("--data <dir>", "where telemetry is kept (default: .enterspan beside the Wrangler file)")
  .option("--collector <url>", "a backend that shall be reachable", parseUrl)
  .action((flags) => run(async () => (await import("./commands/doctor.ts")).doctor(flags)));

program
  .command("traces")
  .description("List the newest traces, or those that a search finds")
  .argument("[search]", "such as 'service:orders duration>100ms -status:ok \"not found\"'")
  .option("--limit <number>", "how many", parseLimit, 20)
  .option("--data <dir>", "the data directory, whether a server uses it or not", ".enterspan")
  .option("--collector <url>", "a server that runs, instead", parseUrl)
  .action((search, flags) => run(async () => (await import("./commands/traces.ts")).traces(search, flags)));

program
  .command("trace")
  .description("Show one trace as a waterfall")
  .argument("[id]", "its id, or its address in the explorer (default: the newest)")
  .option("--limit <number>", "how many spans", parseLimit, 200)
  .option("--data <dir>", "the data directory, whether a server uses it or not", ".enterspan")
  .option("--collector <url>", "a server that runs, instead", parseUrl)
  .action((id, flags) => run(async () => (await import("./commands/trace.ts")).trace(id, flags)));

program
  .command("export")
  .description("Write what is stored into a file, from a running server or a data directory")
  .argument(
    "<target>",
    "a file of OTLP in lines, - for standard output, or with --format parquet a directory",
  )
  .addOption(
    new Option("--format <format>", "how to write it").choices(["jsonl", "parquet"]).default("jsonl"),
  )
  .option("--from <time>", "from this time on: 2026-11-26T10:00Z, or how long ago, such as 24h", parseTime)
  .option("--to <time>", "up to before this time", parseTime)
  .option("--data <dir>", "the data directory, whether a server uses it or not", ".enterspan")
  .option("--collector <url>", "a server that runs, instead", parseUrl)
  .action((target, flags) =>
    run(async () => (await import("./commands/export.ts")).exportRecords(target, flags)),
  );

program
  .command("import")
  .description("Store what export has written, or other OTLP in lines; what is stored already is ignored")
  .argument(
    "<files...>",
    "files of OTLP in lines (also .gz), .parquet files of export, directories of these; - for standard input",
  )
  .option("--data <dir>", "the data directory, whether a server uses it or not", ".enterspan")
  .option("--collector <url>", "a server that runs, instead", parseUrl)
  .action((files, flags) =>
    run(async () => (await import("./commands/import.ts")).importRecords(files, flags)),
  );

const token = program.command("token").description("Make, list and revoke the tokens of a server");
token
  .command("create", { isDefault: true })
  .description("Make a token, shown this once")
  .addOption(
    new Option("--scope <scopes...>", "what it permits")
      .choices(["ingest", "read", "admin"])
      .default(["admin"]),
  )
  .option("--name <name>", "whom or what it is for", "")
  .option("--data <dir>", "the server's data directory", ".enterspan")
  .action((flags) => run(async () => (await import("./commands/token.ts")).createToken(flags)));
token
  .command("list")
  .description("Show what tokens there are, and what they permit")
  .option("--data <dir>", "the server's data directory", ".enterspan")
  .action((flags) => run(async () => (await import("./commands/token.ts")).listTokens(flags)));
token
  .command("revoke")
  .description("Make a token worthless")
  .argument("<id>", "its id, as list shows it")
  .option("--data <dir>", "the server's data directory", ".enterspan")
  .action((id, flags) => run(async () => (await import("./commands/token.ts")).revokeToken(id, flags)));

await program.parseAsync();

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError("This takes a number from 1 to 1000.");
  return limit;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || days === 0)
    throw new InvalidArgumentError("This takes a number of days above 0, such as 14 or 0.5.");
  return days;
}

function parseShare(text: string): number {
  const share = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || share > 1)
    throw new InvalidArgumentError("A share is a number from 0 to 1.");
  return share;
}

function parseMillis(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("This takes milliseconds, such as 500.");
  return Number(text);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds === 0 || seconds > 3600)
    throw new InvalidArgumentError("This takes seconds above 0 and up to 3600, such as 10.");
  return seconds;
}

/** A value may hold further `=`. */
function collectAttribute(text: string, attributes: SampleAttribute[] = []): SampleAttribute[] {
  const [key = "", ...value] = text.split("=");
  if (key === "") throw new InvalidArgumentError("An attribute is given as KEY or KEY=VALUE.");
  return [...attributes, { key, ...(value.length > 0 && { value: value.join("=") }) }];
}

function parseSize(text: string): number {
  const units = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text) ?? [];
  const bytes = Number(number) * units[unit?.toUpperCase() as keyof typeof units];
  // Below it there is no room for a checkpoint of what has just come.
  if (!(bytes >= 100e6))
    throw new InvalidArgumentError("This takes a size of at least 100MB, such as 500MB or 10GB.");
  return Math.round(bytes);
}

function parseTime(text: string): bigint {
  const moment = parseMoment(text);
  if (moment === undefined)
    throw new InvalidArgumentError(
      "This takes a time such as 2026-11-26T10:00Z, or how long ago, such as 24h.",
    );
  return moment;
}

function parseUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new InvalidArgumentError("This takes a base URL, such as http://127.0.0.1:4318.");
  return text;
}

function traceContext(): Option {
  return new Option("--trace-context <what>", "what to do with the trace that a request brings along")
    .choices(["continue", "link", "ignore"])
    .default("continue");
}

function collect(one: string, others: string[] = []): string[] {
  return [...others, one];
}

function collectVar(text: string, vars: Record<string, string> = {}): Record<string, string> {
  const colon = text.indexOf(":");
  if (colon < 1) throw new InvalidArgumentError("A variable is given as NAME:VALUE.");
  return { ...vars, [text.slice(0, colon)]: text.slice(colon + 1) };
}

async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exit(await command());
  } catch (error) {
    const terminal = createTerminal();
    if (error instanceof CliError) {
      terminal.error(error.message);
      process.exit(1);
    }
    terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(2);
  }
}
