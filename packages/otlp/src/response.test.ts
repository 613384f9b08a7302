// Answers in both formats, read back by hand: they are small and senders depend on their bytes.

import { expect, test } from "vitest";
import { OtlpDecodeError } from "./error.ts";
import {
  decodeExportResponseJson,
  decodeExportResponseProtobuf,
  decodeStatusMessageJson,
  decodeStatusMessageProtobuf,
  encodeExportResponseJson,
  encodeExportResponseProtobuf,
  encodeStatusJson,
  encodeStatusProtobuf,
  RpcCode,
} from "./response.ts";

test("full success is an empty message", () => {
  expect(encodeExportResponseJson("traces")).toBe("{}");
  expect(encodeExportResponseProtobuf()).toHaveLength(0);
});

test("partial success counts and explains", () => {
  const partial = { rejected: 2, message: "no" };
  expect(JSON.parse(encodeExportResponseJson("traces", partial))).toEqual({
    partialSuccess: { rejectedSpans: "2", errorMessage: "no" },
  });
  expect(JSON.parse(encodeExportResponseJson("logs", partial))).toEqual({
    partialSuccess: { rejectedLogRecords: "2", errorMessage: "no" },
  });
  expect([...encodeExportResponseProtobuf(partial)]).toEqual([0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f]);
});

test("a failure is google.rpc.Status", () => {
  expect(JSON.parse(encodeStatusJson(RpcCode.INVALID_ARGUMENT, "no"))).toEqual({ code: 3, message: "no" });
  expect([...encodeStatusProtobuf(RpcCode.INVALID_ARGUMENT, "no")]).toEqual([0x08, 3, 0x12, 2, 0x6e, 0x6f]);
});

test("answers are read back in both formats", () => {
  const partial = { rejected: 2 ** 40, message: "no" };
  for (const given of [undefined, partial, { rejected: 0, message: "old" }]) {
    expect(decodeExportResponseProtobuf(encodeExportResponseProtobuf(given))).toEqual(given);
    expect(decodeExportResponseJson("logs", encodeExportResponseJson("logs", given))).toEqual(given);
  }
  expect(decodeStatusMessageJson(encodeStatusJson(RpcCode.INTERNAL, "why"))).toBe("why");
  expect(decodeStatusMessageProtobuf(encodeStatusProtobuf(RpcCode.INTERNAL, "why"))).toBe("why");
  expect(() => decodeExportResponseJson("traces", "<html>")).toThrow(OtlpDecodeError);
  expect(() => decodeExportResponseProtobuf(Buffer.from("<html>"))).toThrow(OtlpDecodeError);
  expect(() => decodeStatusMessageJson("[]")).toThrow(OtlpDecodeError);
});
