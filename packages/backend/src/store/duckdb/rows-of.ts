// From the requests of one transaction to the rows it shall store: origins get ids, keys get ids, records that occur
// twice among the requests are dropped. Touches no data; the writer checks against what is stored already.

import type { LogGroup, SpanGroup, WriteRequest } from "../store.ts";
import type { KeyDraft } from "./key-dictionary.ts";
import { type LogRow, logIdentity, logRow } from "./log-rows.ts";
import {
  type ResourceRow,
  resourceDigest,
  resourceRow,
  type ScopeRow,
  scopeDigest,
  scopeRow,
} from "./origins.ts";
import { type SpanRow, spanIdentity, spanRow } from "./span-rows.ts";

/** Digests of each group's resource and scope, computed once. */
export interface GroupOrigins {
  resources: Set<string>;
  scopes: Set<string>;
  of: Map<SpanGroup | LogGroup, { resource: string; scope: string }>;
}

export function originsOf(requests: readonly WriteRequest[]): GroupOrigins {
  const origins: GroupOrigins = { resources: new Set(), scopes: new Set(), of: new Map() };
  for (const request of requests) {
    for (const group of [...request.spans, ...request.logs]) {
      const resource = resourceDigest(group.resource, group.resourceSchemaUrl);
      const scope = scopeDigest(group.scope, group.scopeSchemaUrl);
      origins.resources.add(resource);
      origins.scopes.add(scope);
      origins.of.set(group, { resource, scope });
    }
  }
  return origins;
}

export interface OriginNumbers {
  ids: ReadonlyMap<string, number>;
  added: ReadonlySet<string>;
}

/** One row for each new resource and scope. */
export function originRows(
  origins: GroupOrigins,
  resources: OriginNumbers,
  scopes: OriginNumbers,
  keys: KeyDraft,
): { resources: ResourceRow[]; scopes: ScopeRow[] } {
  const resourceRows = new Map<string, ResourceRow>();
  const scopeRows = new Map<string, ScopeRow>();
  for (const [group, { resource, scope }] of origins.of) {
    if (resources.added.has(resource) && !resourceRows.has(resource)) {
      const origin = { digest: resource, id: resources.ids.get(resource) as number };
      resourceRows.set(resource, resourceRow(origin, group.resource, group.resourceSchemaUrl, keys));
    }
    if (scopes.added.has(scope) && !scopeRows.has(scope)) {
      const origin = { digest: scope, id: scopes.ids.get(scope) as number };
      scopeRows.set(scope, scopeRow(origin, group.scope, group.scopeSchemaUrl, keys));
    }
  }
  return { resources: [...resourceRows.values()], scopes: [...scopeRows.values()] };
}

export function recordRows(
  requests: readonly WriteRequest[],
  numbersOf: (group: SpanGroup | LogGroup) => { resource: number; scope: number },
  keys: KeyDraft,
): { spans: SpanRow[]; logs: LogRow[] } {
  const spans = new Map<string, SpanRow>();
  const logs = new Map<string, LogRow>();
  const arrivedUnixNano = BigInt(Date.now()) * 1_000_000n;
  for (const request of requests) {
    for (const group of request.spans) {
      const { resource, scope } = numbersOf(group);
      for (const span of group.spans) {
        const identity = spanIdentity(span.traceId, span.spanId, span.startTimeUnixNano);
        if (!spans.has(identity)) spans.set(identity, spanRow(span, identity, keys, resource, scope));
      }
    }
    const occurrences = new Map<string, number>();
    for (const group of request.logs) {
      const { resource, scope } = numbersOf(group);
      for (const log of group.logs) {
        const row = logRow(log, keys, resource, scope, arrivedUnixNano);
        row.occurrence = occurrences.get(row.digest) ?? 0;
        occurrences.set(row.digest, row.occurrence + 1);
        const identity = logIdentity(row.digest, row.occurrence);
        if (!logs.has(identity)) logs.set(identity, row);
      }
    }
  }
  return { spans: [...spans.values()], logs: [...logs.values()] };
}
