// From the requests of one transaction to the rows of origins and logs it shall store: origins and keys get ids, logs that
// occur twice among the requests are dropped. Spans have span-batch.ts. Touches no data; the writer checks against what
// is stored already.

import { SPAN_WORD, SPAN_WORDS, type SpanOrigin, type SpanTable } from "@enterspan/otlp";
import type { LogGroup, WriteRequest } from "../store.ts";
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
import type { OriginIdsOf } from "./span-source.ts";

/** Digests of the resource and scope of each origin that has records, computed once. */
export interface Origins {
  resources: Set<string>;
  scopes: Set<string>;
  of: Map<SpanOrigin | LogGroup, { resource: string; scope: string }>;
}

export function originsOf(requests: readonly WriteRequest[]): Origins {
  const origins: Origins = { resources: new Set(), scopes: new Set(), of: new Map() };
  for (const request of requests) {
    for (const origin of [...usedOrigins(request.spans), ...request.logs]) {
      const resource = resourceDigest(origin.resource, origin.resourceSchemaUrl);
      const scope = scopeDigest(origin.scope, origin.scopeSchemaUrl);
      origins.resources.add(resource);
      origins.scopes.add(scope);
      origins.of.set(origin, { resource, scope });
    }
  }
  return origins;
}

/** Those with a span that was not refused. */
function usedOrigins(table: SpanTable | undefined): SpanOrigin[] {
  if (!table) return [];
  const used = new Set<number>();
  for (let row = 0; row < table.rows; row++) {
    if (!table.refused.has(row)) used.add(table.words[row * SPAN_WORDS + SPAN_WORD.origin] as number);
  }
  return [...used].map((index) => table.origins[index] as SpanOrigin);
}

/** The ids of a table's origins; those without spans have none. */
export function spanOriginIds(
  table: SpanTable,
  origins: Origins,
  resources: OriginNumbers,
  scopes: OriginNumbers,
): OriginIdsOf {
  const digests = table.origins.map((origin) => origins.of.get(origin));
  return {
    resources: digests.map((digest) => (digest && resources.ids.get(digest.resource)) ?? 0),
    scopes: digests.map((digest) => (digest && scopes.ids.get(digest.scope)) ?? 0),
  };
}

export interface OriginNumbers {
  ids: ReadonlyMap<string, number>;
  added: ReadonlySet<string>;
}

/** One row for each new resource and scope. */
export function originRows(
  origins: Origins,
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

export function logRows(
  requests: readonly WriteRequest[],
  numbersOf: (group: LogGroup) => { resource: number; scope: number },
  keys: KeyDraft,
): LogRow[] {
  const logs = new Map<string, LogRow>();
  const arrivedUnixNano = BigInt(Date.now()) * 1_000_000n;
  for (const request of requests) {
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
  return [...logs.values()];
}
