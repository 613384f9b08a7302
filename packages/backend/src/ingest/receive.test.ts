// What a sender is told when the store cannot take its request: to come back, and when.

import { encodeTracesJson, encodeTracesProtobuf } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { Meter } from "../operations/meter.ts";
import { newSpan, traces } from "../records.fixture.ts";
import { StoreUnavailableError } from "../store/store.ts";
import { BusyError } from "./busy-error.ts";
import { receive } from "./receive.ts";

const meter = new Meter("", () => ({ records: 0, bytes: 0 }));
const refusing = (error: Error) => ({ submit: () => Promise.reject(error) });

test.each([
  [429, new BusyError("busy")],
  [503, new StoreUnavailableError("away")],
])("%i with a time to come back", async (status, error) => {
  const json = Buffer.from(encodeTracesJson(traces([newSpan()])));
  const answer = await receive("traces", "json", async () => json, refusing(error), meter);
  expect(answer).toMatchObject({ status, retryAfter: 1, contentType: "application/json" });
  expect(JSON.parse(answer.body as string)).toEqual({ code: 14, message: error.message });
});

test("faults of our own are thrown, not answered", async () => {
  const fault = new TypeError("ours");
  const body = encodeTracesProtobuf(traces([newSpan()]));
  await expect(receive("traces", "protobuf", async () => body, refusing(fault), meter)).rejects.toBe(fault);
});

test("a request of which nothing is kept does not wait for the store", async () => {
  const never = refusing(new Error("asked for"));
  const empty = encodeTracesProtobuf(traces([newSpan({ traceId: "" })]));
  expect(await receive("traces", "protobuf", async () => empty, never, meter)).toMatchObject({ status: 200 });
  const metrics = Buffer.from('{"resourceMetrics":[]}');
  expect(await receive("metrics", "json", async () => metrics, never, meter)).toMatchObject({
    status: 200,
    body: "{}",
  });
});
