// `enterspan import`: files of `enterspan export`, or any lines of OTLP/JSON, into a server. What it has already it ignores,
// so an import that was broken off is simply begun again.
import { decodeLogsJson, decodeTracesJson, encodeLogsProtobuf, encodeTracesProtobuf } from "@enterspan/otlp";
import { CliError, messageOf } from "../errors.ts";
import { createTerminal } from "../terminal.ts";
import { filesOf, linesOfFile } from "../transfer/lines.ts";
import { openServer, type Server, type ServerFlags } from "../transfer/server.ts";

/** Requests on their way at once: the server writes what comes together in one transaction. */
const AT_ONCE = 4;

/** What a server takes as one body. Protobuf is about half as long as JSON, and takes what came as protobuf. */
const BODY_BYTES = 32 * 1024 * 1024;

interface Counts {
  spans: number;
  logs: number;
  refused: number;
}

export async function importRecords(files: readonly string[], flags: ServerFlags): Promise<number> {
  const server = await openServer(flags, "ingest");
  const counts: Counts = { spans: 0, logs: 0, refused: 0 };
  try {
    for (const path of files) {
      for (const file of await filesOf(path)) await importFile(server, file, counts);
    }
  } finally {
    await server.close();
  }
  const refused = counts.refused === 0 ? "" : `, ${counts.refused} refused`;
  console.error(
    `${counts.spans} spans and ${counts.logs} logs are stored${refused}; those that were before, once.`,
  );
  return 0;
}

async function importFile(server: Server, file: string, counts: Counts): Promise<void> {
  const lines = linesOfFile(file);
  let number = 0;
  const work = async () => {
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      const at = `${file}, line ${++number}`;
      await send(server, next.value, at, counts);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function send(server: Server, line: string, at: string, counts: Counts): Promise<void> {
  const signal = signalOf(line);
  if (!signal) {
    throw new CliError(
      `${at}: this is no OTLP; each line is a whole request, {"resourceSpans":[…]} or {"resourceLogs":[…]}.`,
    );
  }
  const { records, protobuf } = read(signal, line, at);
  const isShort = Buffer.byteLength(line) <= BODY_BYTES;
  const answer = await server
    .ask(`/v1/${signal}`, {
      method: "POST",
      headers: { "content-type": isShort ? "application/json" : "application/x-protobuf" },
      body: isShort ? line : (protobuf() as NonNullable<RequestInit["body"]>),
    })
    .catch((error) => {
      throw error instanceof CliError ? new CliError(`${at}: ${error.message}`) : error;
    });
  const refused = isShort ? await refusedOf(answer, at) : 0;
  counts.refused += refused;
  counts[signal === "traces" ? "spans" : "logs"] += records - refused;
}

function signalOf(line: string): "traces" | "logs" | undefined {
  const [, list] = /^\s*\{\s*"resource_?(spans|logs)"/i.exec(line) ?? [];
  return list === undefined ? undefined : list.toLowerCase() === "spans" ? "traces" : "logs";
}

function read(signal: "traces" | "logs", line: string, at: string) {
  try {
    if (signal === "traces") {
      const data = decodeTracesJson(line);
      const lists = data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans);
      return {
        records: sum(lists.map(({ spans }) => spans.length)),
        protobuf: () => encodeTracesProtobuf(data),
      };
    }
    const data = decodeLogsJson(line);
    const lists = data.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs);
    return {
      records: sum(lists.map(({ logRecords }) => logRecords.length)),
      protobuf: () => encodeLogsProtobuf(data),
    };
  } catch (error) {
    throw new CliError(`${at}: ${messageOf(error)}`);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Of a partial success, which is told as it comes. */
async function refusedOf(answer: Response, at: string): Promise<number> {
  const { partialSuccess } = (await answer.json()) as {
    partialSuccess?: { rejectedSpans?: string; rejectedLogRecords?: string; errorMessage?: string };
  };
  if (!partialSuccess) return 0;
  createTerminal().warn(`${at}: ${partialSuccess.errorMessage ?? "some records were refused"}`);
  return Number(partialSuccess.rejectedSpans ?? partialSuccess.rejectedLogRecords ?? 0);
}
