// Lines of OTLP/JSON out of streams and files.
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
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

/** The lines of a file by its ending: `.parquet`, or OTLP/JSON in lines; `-` is standard input. */
export async function* linesOfFile(file: string): AsyncGenerator<string> {
  try {
    if (file.endsWith(".parquet")) yield* readParquet(file);
    else yield* linesOf(file === "-" ? (process.stdin as Readable) : createReadStream(file));
  } catch (error) {
    throw error instanceof CliError
      ? error
      : new CliError(`${file} cannot be read: ${oneLine(messageOf(error))}`);
  }
}
