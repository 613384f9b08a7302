import { expect, it } from "vitest";
import { order } from "../../scripts/fixture/traces.ts";
import { otlpJsonOf } from "./otlp-json.ts";

it("puts every span and log under its resource and scope, and leaves nothing of ours in them", () => {
  const wire = order("1".repeat(32), 1_700_000_000_000_000_000n);
  const { resourceSpans, resourceLogs } = otlpJsonOf({ source: () => wire }) as {
    resourceSpans: {
      resource: object;
      scopeSpans: { scope: { name: string }; spans: { spanId: string }[] }[];
    }[];
    resourceLogs: { scopeLogs: { logRecords: object[] }[] }[];
  };
  expect(resourceSpans.map(({ resource }) => resource)).toEqual(
    wire.resources.map(({ schemaUrl: _, ...resource }) => resource),
  );
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  expect(spans.map(({ spanId }) => spanId).sort()).toEqual(wire.spans.map(({ spanId }) => spanId).sort());
  for (const span of spans) expect(span).not.toHaveProperty("resource");
  expect(resourceSpans[0]?.scopeSpans[0]?.scope.name).toBe("@enterspan/tracing");
  expect(
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)).length,
  ).toBe(5);
});
