// The document tells the truth: its routes are there, and real answers fit its schemas, which allow no field unnamed.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { z } from "zod";
import { post, startedBackend } from "../backend.fixture.ts";
import { attributesOf, logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import { OPENAPI } from "./openapi.ts";

type Schema = Parameters<typeof z.fromJSONSchema>[0];

/** The named schema with all others beside it, for zod to resolve references in. */
function validator(name: string): z.ZodType {
  const text = JSON.stringify({ ...OPENAPI.components.schemas[name], $defs: OPENAPI.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")) as Schema);
}

test("answers fit their schemas", async () => {
  const backend = await startedBackend();
  const traceId = newTraceId();
  const values = [
    ...attributesOf({ s: "x", i: 1, d: 0.5, b: true }),
    { key: "nan", value: { doubleValue: Number.NaN } },
    { key: "bytes", value: { bytesValue: new Uint8Array([1]) } },
    { key: "list", value: { arrayValue: { values: [{ intValue: 1n }, {}] } } },
    { key: "map", value: { kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] } } },
  ];
  const link = {
    traceId: newTraceId(),
    spanId: "00f067aa0ba902b7",
    traceState: "",
    attributes: values,
    droppedAttributesCount: 0,
    flags: 1,
  };
  const event = { timeUnixNano: 1n, name: "e", attributes: values, droppedAttributesCount: 0 };
  const span = newSpan({
    traceId,
    attributes: [...values, ...attributesOf({ "http.response.status_code": 200 })],
    links: [link],
    events: [event],
  });
  await post(backend, "/v1/traces", encodeTracesJson(traces([span])));
  await post(backend, "/v1/logs", encodeLogsJson(logs([newLog({ traceId, attributes: values })])));
  for (const [path, name] of [
    ["/api/traces", "TraceList"],
    ["/api/traces/heatmap?from=0&to=9e15", "TraceHeatmap"],
    ["/api/session", "Session"],
    [`/api/traces/${traceId}`, "Trace"],
    ["/api/services", "Services"],
    ["/api/services/map?from=0&to=9e15", "ServiceMap"],
    ["/api/search/complete?text=stat", "Completion"],
    ["/api/traces?search=status:eror", "Error"],
    ["/api/destinations", "Destinations"],
    ["/healthz", "Health"],
    ["/readyz", "Ready"],
    ["/api/traces/xyz", "Error"],
    [`/api/traces/${newTraceId()}`, "Error"],
  ] as const) {
    const body: unknown = await (await fetch(backend.url + path)).json();
    expect({ path, issues: validator(name).safeParse(body).error?.issues }).toEqual({
      path,
      issues: undefined,
    });
    expect(validator(name).safeParse({ ...(body as object), unnamed: 1 }).success).toBe(false);
  }
});

test("the document is served, and every route in it is there", async () => {
  const backend = await startedBackend();
  expect(await (await fetch(`${backend.url}/api/openapi.json`)).json()).toEqual(
    JSON.parse(JSON.stringify(OPENAPI)),
  );
  for (const [template, methods] of Object.entries(OPENAPI.paths)) {
    const path = template
      .replace("{accountId}", "any")
      .replace("{traceId}", newTraceId())
      .replace("{tailId}", "gone")
      .replace("{id}", "gone")
      .replace("{slug}", "none");
    const [method] = Object.keys(methods);
    const documented = Object.keys(
      Object.values(methods as Record<string, { responses: object }>)[0]?.responses ?? {},
    );
    const stop = new AbortController();
    const answer = await fetch(backend.url + path, {
      method: method?.toUpperCase() as string,
      ...(method === "post" && { body: "{}", headers: { "content-type": "application/json" } }),
      signal: stop.signal,
    });
    expect([path, documented.includes(String(answer.status))]).toEqual([path, true]);
    stop.abort();
  }
});
