// Lines of OTLP/JSON out of streams and files.
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { readParquet } from "@enterspan/backend";
import { CliError, messageOf, oneLine } from "../errors.ts";

/** Whole lines of a stream of UTF-8. The last one may lack its end. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const [first, ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    parts.push(first as string);
    for (const next of rest) {
      const line = parts.join("");
      if (line.trim() !== "") yield line;
      parts = [next];
    }
  }
  const line = parts.join("") + decoder.decode();
  if (line.trim() !== "") yield line;
}

/** What is in a directory, as `export` writes it, in place of the directory. @throws CliError where there is nothing */
export async function filesOf(path: string): Promise<string[]> {
  const isDirectory = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isDirectory) return [path];
  const names = (await readdir(path)).filter((name) => /\.(parquet|jsonl(\.gz)?)$/.test(name)).sort();
  if (names.length === 0) {
    throw new CliError(`${path} has no file to import: they end in .jsonl, .jsonl.gz or .parquet.`);
  }
  return names.map((name) => join(path, name));
}

/** The lines of a file by its ending: `.parquet`, or OTLP/JSON in lines, also `.gz`; `-` is standard input. */
export async function* linesOfFile(file: string): AsyncGenerator<string> {
  try {
    if (file.endsWith(".parquet")) yield* readParquet(file);
    else if (file === "-") yield* linesOf(process.stdin as Readable);
    else if (file.endsWith(".gz")) yield* linesOf(decompressed(file));
    else yield* linesOf(createReadStream(file));
  } catch (error) {
    if (error instanceof CliError) throw error;
    // DuckDB adds the statement of ours, which tells a user nothing.
    const [message] = messageOf(error).split("\n\nLINE ");
    throw new CliError(`${file} cannot be read: ${oneLine(message as string)}`);
  }
}

/** A fault of the file is one of the stream. */
function decompressed(file: string): Readable {
  const gunzip = createGunzip();
  pipeline(createReadStream(file), gunzip, () => {});
  return gunzip;
}
