// Parquet files that any reader of theirs can query, and that an import makes the same records of.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { decodeLogsJson, decodeTracesJson, encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { logsData, tracesData } from "../../../otlp/src/messages.fixture.ts";
import { temporaryDirectory } from "../backend.fixture.ts";
import { attributesOf, EPOCH, logs, MILLI, newLog, newSpan, traces } from "../records.fixture.ts";
import { readParquet, writeParquet } from "./parquet.ts";

async function* linesOf(...lines: string[]) {
  yield* lines;
}

async function rows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(sql);
  const all = result.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return all;
}

test("columns are what people query", async () => {
  const directory = temporaryDirectory();
  const span = newSpan({
    name: "it's",
    kind: 2,
    startTimeUnixNano: EPOCH,
    endTimeUnixNano: EPOCH + 3n * MILLI,
    attributes: [...attributesOf({ plan: "pro", items: 3 }), ...attributesOf({ plan: "second" })],
    status: { code: 2, message: "bad" },
  });
  const log = newLog({ body: { kvlistValue: { values: attributesOf({ a: 1 }) } } });
  const [spanFile, logFile] = [join(directory, "it's spans.parquet"), join(directory, "logs.parquet")];
  expect(await writeParquet("traces", linesOf(encodeTracesJson(traces([span]))), spanFile)).toBe(1);
  expect(await writeParquet("logs", linesOf(encodeLogsJson(logs([log]))), logFile)).toBe(1);
  const file = spanFile.replaceAll("'", "''");
  expect(
    await rows(
      `SELECT trace_id, service, name, kind, start_unix_nano, duration_nano, status_message, attributes['plan'],
        attributes['items']::INTEGER, resource['service.name'] FROM '${file}' WHERE status_code = 2`,
    ),
  ).toEqual([[span.traceId, "shop", "it's", 2, String(EPOCH), "3000000", "bad", "pro", 3, "shop"]]);
  expect(await rows(`SELECT service, severity_text, body FROM '${logFile}'`)).toEqual([
    ["shop", "INFO", '{"a":1}'],
  ]);
  // Nothing is left of how they were made.
  expect(readdirSync(directory).sort()).toEqual(["it's spans.parquet", "logs.parquet"]);
});

test("what is read back is what was written, in its order", async () => {
  const file = join(temporaryDirectory(), "x.parquet");
  const lines = async () => {
    const read: string[] = [];
    for await (const line of readParquet(file)) read.push(line);
    return read;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(tracesData, { maxLength: 4 }), async (all) => {
      const spans = all.map((data) => {
        for (const { scopeSpans } of data.resourceSpans) {
          for (const scope of scopeSpans) {
            for (const span of scope.spans) {
              span.startTimeUnixNano %= 2n ** 63n;
              span.endTimeUnixNano %= 2n ** 63n;
            }
          }
        }
        return data;
      });
      await writeParquet("traces", linesOf(...spans.map(encodeTracesJson)), file);
      const flat = (data: ReturnType<typeof decodeTracesJson>) =>
        data.resourceSpans.flatMap(({ scopeSpans, ...resource }) =>
          scopeSpans.flatMap(({ spans: inScope, ...scope }) =>
            inScope.map((span) => ({ resource, scope, span })),
          ),
        );
      expect((await lines()).flatMap((line) => flat(decodeTracesJson(line)))).toEqual(spans.flatMap(flat));
    }),
    { numRuns: 20 },
  );
  await fc.assert(
    fc.asyncProperty(logsData, async (data) => {
      for (const { scopeLogs } of data.resourceLogs) {
        for (const { logRecords } of scopeLogs) {
          for (const log of logRecords) {
            log.timeUnixNano %= 2n ** 63n;
            log.observedTimeUnixNano %= 2n ** 63n;
          }
        }
      }
      await writeParquet("logs", linesOf(encodeLogsJson(data)), file);
      const flat = (from: ReturnType<typeof decodeLogsJson>) =>
        from.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
      expect((await lines()).flatMap((line) => flat(decodeLogsJson(line)))).toEqual(flat(data));
    }),
    { numRuns: 20 },
  );
});

test("records of one time share a line, however many they are", async () => {
  const file = join(temporaryDirectory(), "x.parquet");
  const twins = Array.from({ length: 2_500 }, () => newLog());
  const later = newLog({ timeUnixNano: EPOCH + 1n });
  await writeParquet("logs", linesOf(encodeLogsJson(logs([...twins, later]))), file);
  const counts: number[] = [];
  for await (const line of readParquet(file)) counts.push(decodeLogsJson(line).resourceLogs.length);
  expect(counts).toEqual([2_500, 1]);
});

test("a file of others is refused", async () => {
  const file = join(temporaryDirectory(), "x.parquet");
  await rows(`COPY (SELECT 1 AS a) TO '${file}' (FORMAT parquet)`);
  await expect(readParquet(file).next()).rejects.toThrow("has not the columns");
});
