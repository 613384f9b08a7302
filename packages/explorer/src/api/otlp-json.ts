// A trace back as OTLP/JSON, as any receiver of OpenTelemetry takes it: what the server keeps once (resources, scopes)
// around what belongs to it.
import type { TraceResponse, WireLog, WireSpan } from "@enterspan/backend/contract";
import type { Trace } from "../trace/model.ts";

export interface OtlpJson {
  readonly resourceSpans: readonly unknown[];
  readonly resourceLogs: readonly unknown[];
}

/** Parses the whole answer again. */
export function otlpJsonOf(trace: Pick<Trace, "source">): OtlpJson {
  const wire = trace.source() as TraceResponse;
  return {
    resourceSpans: grouped(wire, wire.spans, "scopeSpans", "spans"),
    resourceLogs: grouped(wire, wire.logs, "scopeLogs", "logRecords"),
  };
}

function grouped(
  { resources, scopes }: TraceResponse,
  records: readonly (WireSpan | WireLog)[],
  scopeField: string,
  recordField: string,
): unknown[] {
  const byResource = Map.groupBy(records, ({ resource }) => resource);
  return [...byResource].map(([resourceIndex, ofResource]) => {
    const { schemaUrl = "", ...resource } = resources[resourceIndex] ?? { attributes: [] };
    const byScope = Map.groupBy(ofResource, ({ scope }) => scope);
    return {
      resource,
      schemaUrl,
      [scopeField]: [...byScope].map(([scopeIndex, ofScope]) => {
        const { schemaUrl: scopeSchemaUrl = "", ...scope } = scopes[scopeIndex] ?? { name: "" };
        const ownFields = ofScope.map(({ resource: _resource, scope: _scope, ...own }) => own);
        return { scope, schemaUrl: scopeSchemaUrl, [recordField]: ownFields };
      }),
    };
  });
}
