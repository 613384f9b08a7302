// The view `agents`: traces in which an agent was invoked, with what its spans say by OpenTelemetry's conventions for
// generative AI (`gen_ai.…`).

import { plainOf, type Span } from "@enterspan/otlp";
import { type Condition, EVERYTHING, type EventField, type EventFilter, narrowed } from "../store/filter.ts";
import type { EventPosition, Store, TraceOverview } from "../store/store.ts";
import type { AgentRun } from "./answer.ts";
import { positionOf } from "./event.ts";
import { millisOf } from "./millis.ts";
import type { QueryRequest } from "./request.ts";
import { tracePosition } from "./traces.ts";

const OPERATION = "gen_ai.operation.name";
const INVOKE_AGENT = "invoke_agent";
const CHAT = "chat";

/** Spans read together. */
const PAGE = 2000;

/** @throws QueryFault for a cursor that is no trace. */
export async function agentsOf(store: Store, request: QueryRequest): Promise<AgentRun[]> {
  const traces = await agentTraces(store, request);
  const spans = await genAiSpans(store, traces);
  return traces.map((trace) => agentRun(trace, spans.get(trace.traceId) ?? []));
}

/** In the order of traces; an agent's invocation and the filters' event may be different spans of a trace. */
async function agentTraces(store: Store, request: QueryRequest): Promise<TraceOverview[]> {
  const { where, limit, offset, offsetDirection } = request;
  const { fromUnixNano, toUnixNano } = where;
  const invoked = narrowed({ ...EVERYTHING, fromUnixNano, toUnixNano }, operationIn(INVOKE_AGENT));
  let before = offset === undefined ? undefined : await tracePosition(store, offset, offsetDirection);
  const found: TraceOverview[] = [];
  for (;;) {
    const page = await store.listTraces({ limit, where: invoked, ...(before && { before }) });
    found.push(...(await matching(store, where, page)));
    const last = page.at(-1);
    if (found.length >= limit || page.length < limit || !last) return found.slice(0, limit);
    before = { startUnixNano: last.startTimeUnixNano, traceId: last.traceId };
  }
}

async function matching(
  store: Store,
  where: EventFilter,
  traces: readonly TraceOverview[],
): Promise<readonly TraceOverview[]> {
  const filters = where.conditions.conditions.length > 0 || where.needle !== undefined;
  if (!filters || traces.length === 0) return traces;
  const passing = await store.listTraces({ limit: traces.length, where: narrowed(where, inTraces(traces)) });
  const ids = new Set(passing.map(({ traceId }) => traceId));
  return traces.filter(({ traceId }) => ids.has(traceId));
}

/** Invocations of agents and chats by trace, the earliest first. */
async function genAiSpans(store: Store, traces: readonly TraceOverview[]): Promise<Map<string, Span[]>> {
  const spans: Span[] = [];
  let after: EventPosition | undefined;
  while (traces.length > 0) {
    const page = await store.listEvents({
      where: narrowed(EVERYTHING, inTraces(traces), operationIn(INVOKE_AGENT, CHAT)),
      limit: PAGE,
      ...(after && { from: { position: after, direction: "next" } }),
    });
    for (const event of page) if (event.kind === "span") spans.push(event.span);
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = positionOf(last);
  }
  return Map.groupBy(spans.reverse(), ({ traceId }) => traceId);
}

const oneOf = (field: EventField, values: readonly string[]): Condition => ({
  field,
  operation: "in",
  type: "string",
  values,
});
const operationIn = (...names: string[]) => oneOf({ attributes: [OPERATION] }, names);
const inTraces = (traces: readonly TraceOverview[]) =>
  oneOf(
    { property: "traceId" },
    traces.map(({ traceId }) => traceId),
  );

function agentRun(trace: TraceOverview, spans: readonly Span[]): AgentRun {
  const byOperation = (name: string) => spans.filter((span) => text(span, OPERATION) === name);
  const invocations = byOperation(INVOKE_AGENT);
  const chats = byOperation(CHAT);
  const failed = invocations.some(({ status }) => status.code === 2);
  return {
    id: trace.traceId,
    traceId: trace.traceId,
    status: failed ? "error" : "completed",
    errors: trace.errors,
    models: distinct(chats, "gen_ai.response.model", "gen_ai.request.model"),
    providers: distinct(chats, "gen_ai.provider.name", "gen_ai.system"),
    services: trace.services,
    spans: trace.spanCount,
    traceDurationMs: millisOf(trace.endTimeUnixNano - trace.startTimeUnixNano),
    traceEndMs: millisOf(trace.endTimeUnixNano),
    traceStartMs: millisOf(trace.startTimeUnixNano),
    ...named("agentId", first(invocations, "gen_ai.agent.id")),
    ...named("agentName", first(invocations, "gen_ai.agent.name")),
    ...named("conversationId", first(invocations, "gen_ai.conversation.id")),
    ...named("inputTokens", total(chats, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")),
    ...named("outputTokens", total(chats, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")),
  };
}

const named = <Name extends keyof AgentRun, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };

/** Of the first key that the span has; later ones are their older names. */
function valueOfKey(span: Span, keys: readonly string[]) {
  for (const wanted of keys) {
    const found = span.attributes.find(({ key }) => key === wanted);
    if (found) return plainOf(found.value);
  }
  return undefined;
}

function text(span: Span, ...keys: string[]): string | undefined {
  const value = valueOfKey(span, keys);
  return typeof value === "string" && value !== "" ? value : undefined;
}

const distinct = (spans: readonly Span[], ...keys: string[]): string[] => [
  ...new Set(spans.flatMap((span) => text(span, ...keys) ?? [])),
];

const first = (spans: readonly Span[], key: string): string | undefined =>
  spans.map((span) => text(span, key)).find((value) => value !== undefined);

function total(spans: readonly Span[], ...keys: string[]): number | undefined {
  const numbers = spans
    .map((span) => valueOfKey(span, keys))
    .filter((value): value is number => typeof value === "number");
  return numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0);
}
