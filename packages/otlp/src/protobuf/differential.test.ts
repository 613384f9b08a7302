// Our protobuf against protobufjs, both ways, on arbitrary messages.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logsData, tracesData } from "../messages.fixture.ts";
import { decodeWithPeer, encodeWithPeer, inPeersForm } from "../protobufjs.fixture.ts";
import { decodeLogsProtobuf, encodeLogsProtobuf } from "./logs.ts";
import { decodeTracesProtobuf, encodeTracesProtobuf } from "./spans.ts";

describe("against protobufjs", () => {
  test("reads the traces that it writes", () => {
    fc.assert(
      fc.property(tracesData, (data) => {
        expect(decodeTracesProtobuf(encodeWithPeer("TracesData", data))).toEqual(data);
      }),
      { numRuns: 300 },
    );
  });

  test("writes traces that it reads", () => {
    fc.assert(
      fc.property(tracesData, (data) => {
        expect(normal(decodeWithPeer("TracesData", encodeTracesProtobuf(data)))).toEqual(
          normal(inPeersForm("TracesData", data)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("reads the logs that it writes", () => {
    fc.assert(
      fc.property(logsData, (data) => {
        expect(decodeLogsProtobuf(encodeWithPeer("LogsData", data))).toEqual(data);
      }),
      { numRuns: 300 },
    );
  });

  test("writes logs that it reads", () => {
    fc.assert(
      fc.property(logsData, (data) => {
        expect(normal(decodeWithPeer("LogsData", encodeLogsProtobuf(data)))).toEqual(
          normal(inPeersForm("LogsData", data)),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** The peer writes fields that hold their default when they were set; we leave them out. Both mean the same. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const isValue = Object.keys(value).some((key) => key.endsWith("Value"));
  const entries = Object.entries(value).map(([key, inner]) => [key, normal(inner)] as const);
  return Object.fromEntries(isValue ? entries : entries.filter(([, inner]) => !isDefault(inner)));
}

const isDefault = (value: unknown) =>
  value === 0 ||
  value === "0" ||
  value === "" ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);
