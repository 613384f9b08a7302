// Metrics as far as a receiver needs them that does not keep any: how many data points a request holds, which OTLP's
// partial success wants to know. Field numbers are those of opentelemetry/proto/metrics/v1/metrics.proto.

import { type JsonObject, list, message, parse } from "./json/read.ts";
import { ProtobufReader } from "./protobuf/reader.ts";

/** Data points of the body of `POST /v1/metrics` as protobuf. @throws OtlpDecodeError, OtlpTooLargeError. */
export function countMetricsProtobuf(bytes: Uint8Array): number {
  const reader = new ProtobufReader(bytes);
  return countIn(reader, [RESOURCE_METRICS, SCOPE_METRICS, METRICS, KINDS, DATA_POINTS]);
}

/** Tags on the way from a request to its data points; each level may be reached by any of its tags. */
const RESOURCE_METRICS = [10];
const SCOPE_METRICS = [18];
const METRICS = [18];
/** gauge, sum, histogram, exponential_histogram, summary */
const KINDS = [42, 58, 74, 82, 90];
const DATA_POINTS = [10];

/** How many messages lie at the end of the path, from inside the current one. */
function countIn(reader: ProtobufReader, [tags, ...path]: readonly number[][]): number {
  if (!tags) {
    while (reader.more()) reader.skip(reader.tag());
    return 1;
  }
  let count = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (!tags.includes(tag)) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enterElement();
    count += countIn(reader, path);
    reader.leave(outer);
  }
  return count;
}

/** The same of OTLP/JSON. */
export function countMetricsJson(input: string | Uint8Array): number {
  let count = 0;
  list(parse(input), "resourceMetrics", (resource) =>
    list(resource, "scopeMetrics", (scope) =>
      list(scope, "metrics", (metric) => {
        for (const kind of ["gauge", "sum", "histogram", "exponentialHistogram", "summary"]) {
          count += message(metric, kind, dataPointsOf);
        }
      }),
    ),
  );
  return count;
}

const dataPointsOf = (data: JsonObject): number => list(data, "dataPoints", (point) => point).length;
