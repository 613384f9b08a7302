// What was sent, what was acknowledged, and whether a server has it: each of it, and once. Batches are sent as exporters
// send them: what was not acknowledged is sent again, although it may have been stored.
import { randomBytes } from "node:crypto";
import {
  decodeLogsJson,
  decodeTracesJson,
  encodeLogsProtobuf,
  encodeTracesProtobuf,
  type LogRecord,
  type Span,
} from "../../packages/otlp/src/index.ts";

const SPANS = 50;
const LOGS = 10;

interface Batch {
  path: "/v1/traces" | "/v1/logs";
  body: Uint8Array;
  /** Of its records. */
  ids: string[];
}

export interface Audit {
  /** Acknowledged and not there. */
  lost: number;
  /** There more than once. */
  doubled: number;
  stored: number;
}

export class Ledger {
  readonly #unanswered: Batch[] = [];
  readonly #acknowledged = new Set<string>();
  /** Other answers than 200, by status. */
  readonly refusals = new Map<number, number>();
  batches = 0;

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Sends one batch, what went unanswered first: the status, or undefined where no answer came. */
  async send(url: string, atMs: number = Date.now(), textBytes = 0): Promise<number | undefined> {
    const batch = this.#unanswered.pop() ?? newBatch(++this.batches % 4 !== 0, atMs, textBytes);
    let status: number | undefined;
    try {
      const answer = await fetch(url + batch.path, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: batch.body as NonNullable<RequestInit["body"]>,
      });
      await answer.arrayBuffer();
      status = answer.status;
    } catch {
      // The server has gone, or cut us off.
    }
    if (status === 200) for (const id of batch.ids) this.#acknowledged.add(id);
    else {
      this.#unanswered.push(batch);
      if (status !== undefined) this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
    }
    return status;
  }

  /** Sends what went unanswered until all of it is acknowledged. */
  async settle(url: string): Promise<void> {
    while (this.#unanswered.length > 0) {
      if ((await this.send(url)) !== 200) await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  /** Reads everything that the server has. */
  async audit(url: string): Promise<Audit> {
    const seen = new Set<string>();
    let stored = 0;
    for await (const id of idsIn(url)) {
      stored++;
      seen.add(id);
    }
    let lost = 0;
    for (const id of this.#acknowledged) if (!seen.has(id)) lost++;
    return { lost, doubled: stored - seen.size, stored };
  }
}

async function* idsIn(url: string): AsyncGenerator<string> {
  for await (const line of lines(`${url}/api/export?signal=traces`)) {
    for (const { scopeSpans } of decodeTracesJson(line).resourceSpans) {
      for (const { spans } of scopeSpans) for (const { spanId } of spans) yield spanId;
    }
  }
  for await (const line of lines(`${url}/api/export?signal=logs`)) {
    for (const { scopeLogs } of decodeLogsJson(line).resourceLogs) {
      for (const { logRecords } of scopeLogs) for (const { spanId } of logRecords) yield spanId;
    }
  }
}

async function* lines(url: string): AsyncGenerator<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The export was answered with ${answer.status}`);
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() as string;
    yield* parts;
  }
}

const none = { attributes: [], droppedAttributesCount: 0 };
const service = { key: "service.name", value: { stringValue: "soak" } };
const resource = { attributes: [service], droppedAttributesCount: 0 };
const scope = { ...none, name: "", version: "" };

function newBatch(isTraces: boolean, atMs: number, textBytes: number): Batch {
  const traceId = randomBytes(16).toString("hex");
  const ids = Array.from({ length: isTraces ? SPANS : LOGS }, () => randomBytes(8).toString("hex"));
  const at = BigInt(Math.round(atMs)) * 1_000_000n;
  // Random, so that nothing of it compresses: a disk is to fill up.
  const text = randomBytes(textBytes >> 1).toString("hex");
  const attributes = [{ key: "text", value: { stringValue: text } }];
  if (!isTraces) {
    const logRecords = ids.map((spanId, index) => ({
      ...LOG,
      traceId,
      spanId,
      timeUnixNano: at + BigInt(index),
      attributes,
    }));
    const resourceLogs = [{ resource, schemaUrl: "", scopeLogs: [{ scope, schemaUrl: "", logRecords }] }];
    return { path: "/v1/logs", body: encodeLogsProtobuf({ resourceLogs }), ids };
  }
  const spans = ids.map((spanId) => ({
    ...SPAN,
    traceId,
    spanId,
    startTimeUnixNano: at,
    endTimeUnixNano: at + 1_000_000n,
    attributes,
  }));
  const resourceSpans = [{ resource, schemaUrl: "", scopeSpans: [{ scope, schemaUrl: "", spans }] }];
  return { path: "/v1/traces", body: encodeTracesProtobuf({ resourceSpans }), ids };
}

const LOG: Omit<LogRecord, "traceId" | "spanId" | "timeUnixNano" | "attributes"> = {
  observedTimeUnixNano: 0n,
  severityNumber: 9,
  severityText: "INFO",
  body: { stringValue: "soaked" },
  droppedAttributesCount: 0,
  flags: 0,
  eventName: "",
};

const SPAN: Omit<Span, "traceId" | "spanId" | "startTimeUnixNano" | "endTimeUnixNano" | "attributes"> = {
  parentSpanId: "",
  traceState: "",
  flags: 1,
  name: "soak",
  kind: 1,
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { code: 0, message: "" },
};
