// Data points are counted as the exporters write them, and what is malformed is refused.

import { expect, test } from "vitest";
import { OtlpDecodeError } from "./error.ts";
import { countMetricsJson, countMetricsProtobuf } from "./metrics.ts";
import { ProtobufWriter } from "./protobuf/writer.ts";

/** Fields of Metric that hold data points. */
const KINDS = { gauge: 5, sum: 7, histogram: 9, exponentialHistogram: 10, summary: 11 };

function metrics(): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(10, () => {
    writer.message(10, () => writer.uint32(16, 1));
    writer.message(18, () => {
      for (const [points, field] of Object.values(KINDS).entries()) {
        writer.message(18, () => {
          writer.string(10, "requests");
          writer.message(field * 8 + 2, () => {
            for (let point = 0; point <= points; point++) writer.message(10, () => writer.fixed64(25, 1n));
            writer.uint32(16, 2);
          });
        });
      }
      writer.string(26, "https://schema");
    });
  });
  return writer.finish();
}

test("every kind of data point counts, in protobuf", () => {
  expect(countMetricsProtobuf(metrics())).toBe(1 + 2 + 3 + 4 + 5);
  expect(countMetricsProtobuf(new Uint8Array())).toBe(0);
});

test("every kind of data point counts, in JSON", () => {
  const sent = Object.keys(KINDS).map((kind, points) => ({
    name: "requests",
    [kind]: { dataPoints: Array.from({ length: points + 1 }, () => ({ asInt: "1" })) },
  }));
  expect(countMetricsJson(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: sent }] }] }))).toBe(
    15,
  );
  expect(countMetricsJson("{}")).toBe(0);
});

test("what breaks off or is no message is refused", () => {
  const whole = metrics();
  for (let length = 1; length < whole.length; length++) {
    expect(() => countMetricsProtobuf(whole.subarray(0, length))).toThrow(OtlpDecodeError);
  }
  expect(() => countMetricsJson('{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":[]}]}]}]}')).toThrow(
    "resourceMetrics[0].scopeMetrics[0].metrics[0].sum: expected an object, got an array",
  );
});
