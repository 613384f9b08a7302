// `enterspan export`: what a server has stored, into files: OTLP in lines, which loses nothing, or Parquet, for analysis.
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { writeParquet } from "@enterspan/backend";
import { CliError, messageOf } from "../errors.ts";
import { linesOf } from "../transfer/lines.ts";
import { openServer, type Server, type ServerFlags } from "../transfer/server.ts";

export interface ExportFlags extends ServerFlags {
  format: "jsonl" | "parquet";
  /** Nanoseconds since 1970. */
  from?: bigint;
  to?: bigint;
}

const SIGNALS = ["traces", "logs"] as const;

/** @param target a file or, for Parquet, a directory; `-` is standard output */
export async function exportRecords(target: string, flags: ExportFlags): Promise<number> {
  if (flags.format === "parquet" && target === "-") {
    throw new CliError("Parquet is written into a directory: name one in place of -.");
  }
  if (flags.from !== undefined && flags.to !== undefined && flags.from >= flags.to) {
    throw new CliError("There is nothing between --from and --to: --from must be the earlier one.");
  }
  if (target !== "-") await checkTarget(target, flags.format);
  const server = await openServer(flags, "read");
  try {
    if (flags.format === "parquet") await toParquet(server, target, flags);
    else if (target === "-") await toOutput(server, flags);
    else await toFile(server, target, flags);
  } finally {
    await server.close();
  }
  return 0;
}

/** Before anything is read: an export may take long. */
async function checkTarget(target: string, format: ExportFlags["format"]): Promise<void> {
  const isDirectory = await stat(target).then(
    (found) => found.isDirectory(),
    () => undefined,
  );
  if (format === "parquet" && isDirectory === false) {
    throw new CliError(`${target} is a file. Parquet is written into a directory: name another.`);
  }
  if (format === "jsonl" && isDirectory) {
    throw new CliError(`${target} is a directory. Name a file in it, or add --format parquet.`);
  }
  const directory = format === "parquet" ? target : dirname(target);
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new CliError(`The directory ${directory} cannot be made: ${messageOf(error)}`);
  }
}

/** Whoever reads may have enough before the end, as `head` has. */
async function toOutput(server: Server, flags: ExportFlags): Promise<void> {
  try {
    await pipeline(everyLine(server, flags), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

async function toParquet(server: Server, directory: string, flags: ExportFlags): Promise<void> {
  for (const signal of SIGNALS) {
    const file = join(directory, `${signal}.parquet`);
    const records = await writeParquet(signal, await exported(server, signal, flags), file);
    console.error(`${file}: ${records} ${signal === "traces" ? "spans" : "logs"}`);
  }
}

/** Under another name until it is whole. */
async function toFile(server: Server, file: string, flags: ExportFlags): Promise<void> {
  const draft = `${file}.new`;
  try {
    await pipeline(everyLine(server, flags), createWriteStream(draft));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof CliError ? error : new CliError(`${file} cannot be written: ${messageOf(error)}`);
  }
  console.error(`${file}: written`);
}

async function* everyLine(server: Server, flags: ExportFlags): AsyncGenerator<string> {
  for (const signal of SIGNALS) {
    for await (const line of await exported(server, signal, flags)) yield `${line}\n`;
  }
}

async function exported(
  server: Server,
  signal: (typeof SIGNALS)[number],
  { from, to }: ExportFlags,
): Promise<AsyncIterable<string>> {
  const query = new URLSearchParams({
    signal,
    ...(from !== undefined && { from: String(from) }),
    ...(to !== undefined && { to: String(to) }),
  });
  const { body } = await server.ask(`/api/export?${query}`);
  return whole(linesOf(body as ReadableStream<Uint8Array>));
}

/** A server that goes away in the middle must not pass for the end. */
async function* whole(lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    throw new CliError(`The server broke off the export (${messageOf(error)}). Try again.`);
  }
}
