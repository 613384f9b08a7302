// The views `invocations` and `requests`: whole invocations of which an event matches, by their request id. An invocation
// comes where its newest matching event would come in the list of events.

import { EVERYTHING, type EventFilter, narrowed } from "../store/filter.ts";
import type { EventPosition, Store, StoredEvent } from "../store/store.ts";
import type { TelemetryEvent } from "./answer.ts";
import { decodeCursor } from "./cursor.ts";
import { eventOf, positionOf } from "./event.ts";
import { QueryFault } from "./fault.ts";
import { METADATA_ATTRIBUTES, WORKERS_ATTRIBUTES } from "./fields.ts";
import type { QueryRequest } from "./request.ts";

/** Of all invocations of an answer; the rest is cut off and `truncated` says so. */
const MAX_EVENTS = 10_000;

/** Events that are looked at together for the invocations they belong to. */
const PAGE = 1000;

const REQUEST_ID = METADATA_ATTRIBUTES.requestId;

interface Invocation {
  requestId: string;
  /** All events of an invocation belong to one trace; "" where they belong to none. */
  traceId: string;
}

/** @throws QueryFault for a cursor that is no event of an invocation. */
export async function invocationsOf(
  store: Store,
  request: QueryRequest,
): Promise<{ [requestId: string]: TelemetryEvent[] }> {
  const invocations = await newestInvocations(store, request);
  if (invocations.length === 0) return {};
  const events = await store.listEvents({ where: ofThese(EVERYTHING, invocations), limit: MAX_EVENTS });
  const grouped = Map.groupBy(events.map(eventOf), ({ $metadata }) => $metadata.requestId);
  if (events.length === MAX_EVENTS) {
    for (const { $workers } of [...grouped.values()].flat()) if ($workers) $workers.truncated = true;
  }
  return Object.fromEntries(
    invocations.map(({ requestId }): [string, TelemetryEvent[]] => [requestId, grouped.get(requestId) ?? []]),
  );
}

async function newestInvocations(store: Store, request: QueryRequest): Promise<Invocation[]> {
  const { view, limit } = request;
  const where = narrowed(request.where, { field: REQUEST_ID, operation: "exists" });
  const before = await positionBefore(store, request, where);
  const seen = new Set(before && [before.requestId]);
  const found: Invocation[] = [];
  let after = before?.position;
  for (;;) {
    const page = await store.listEvents({
      where,
      limit: PAGE,
      ...(after && { from: { position: after, direction: "next" } }),
    });
    const candidates = page.map(invocationOf).filter(({ requestId }) => {
      const isNew = !seen.has(requestId);
      seen.add(requestId);
      return isNew;
    });
    const later = before && (await idsIn(store, since(where, before.position), candidates));
    const handlers = view === "requests" ? await idsIn(store, HTTP_REQUESTS, candidates) : undefined;
    found.push(
      ...candidates.filter(({ requestId }) => !later?.has(requestId) && (handlers?.has(requestId) ?? true)),
    );
    if (found.length >= limit || page.length < PAGE) return found.slice(0, limit);
    after = positionOf(page.at(-1) as StoredEvent);
  }
}

/** What handled an HTTP request says so on its root span. */
const HTTP_REQUESTS: EventFilter = narrowed(EVERYTHING, {
  field: WORKERS_ATTRIBUTES.eventType,
  operation: "eq",
  type: "string",
  value: "fetch",
});

/** Those invocations have come on an earlier page. */
const since = (where: EventFilter, { atUnixNano }: EventPosition): EventFilter => ({
  ...where,
  fromUnixNano: atUnixNano + 1n,
});

/** Where the invocation of the event whose id is the cursor has its place. */
async function positionBefore(
  store: Store,
  { offset, offsetDirection }: QueryRequest,
  where: EventFilter,
): Promise<{ requestId: string; position: EventPosition } | undefined> {
  if (offset === undefined) return undefined;
  if (offsetDirection === "prev") {
    throw new QueryFault('offsetDirection: "prev" is not supported for invocations yet');
  }
  const { atUnixNano } = decodeCursor(offset);
  const moment = { ...EVERYTHING, fromUnixNano: atUnixNano, toUnixNano: atUnixNano + 1n };
  const events = await store.listEvents({ where: moment, limit: MAX_EVENTS });
  const event = events.find((candidate) => eventOf(candidate).$metadata.id === offset);
  const invocation = event && invocationOf(event);
  const [newest] = invocation
    ? await store.listEvents({ where: ofThese(where, [invocation]), limit: 1 })
    : [];
  if (!invocation || !newest) {
    throw new QueryFault(`offset: "${offset.slice(0, 80)}" is not the $metadata.id of an invocation's event`);
  }
  return { requestId: invocation.requestId, position: positionOf(newest) };
}

async function idsIn(
  store: Store,
  where: EventFilter,
  invocations: readonly Invocation[],
): Promise<Set<unknown>> {
  if (invocations.length === 0) return new Set();
  const rows = await store.aggregate({
    where: ofThese(where, invocations),
    calculations: [],
    groupBy: [{ field: REQUEST_ID, type: "string" }],
    limit: invocations.length,
  });
  return new Set(rows.map(({ group }) => group[0]));
}

/** The trace ids are there for speed: they are a column of their own. */
function ofThese(where: EventFilter, invocations: readonly Invocation[]): EventFilter {
  const traceIds = [...new Set(invocations.map(({ traceId }) => traceId))];
  const ofIds = narrowed(where, {
    field: REQUEST_ID,
    operation: "in",
    type: "string",
    values: invocations.map(({ requestId }) => requestId),
  });
  if (traceIds.includes("")) return ofIds;
  const field = { property: "traceId" } as const;
  return narrowed(ofIds, { field, operation: "in", type: "string", values: traceIds });
}

function invocationOf(event: StoredEvent): Invocation {
  const { requestId = "", traceId = "" } = eventOf(event).$metadata;
  return { requestId, traceId };
}
