// The `baggage` header as text and as OpenTelemetry's entries. Source: https://www.w3.org/TR/baggage/.
import { type Baggage, type BaggageEntry, baggageEntryMetadataFromString } from "@opentelemetry/api";

/** What the standard lets a receiver cut off. */
const MAX_MEMBERS = 180;
const MAX_CHARACTERS = 8192;

/** Members beyond the limits are left out, the last ones first. */
export function formatBaggage(baggage: Baggage): string {
  let header = "";
  for (const [key, { value, metadata }] of baggage.getAllEntries().slice(0, MAX_MEMBERS)) {
    const properties = metadata === undefined ? "" : `;${metadata.toString()}`;
    const member = `${encodeURIComponent(key)}=${encodeURIComponent(value)}${properties}`;
    const longer = header === "" ? member : `${header},${member}`;
    if (longer.length <= MAX_CHARACTERS) header = longer;
  }
  return header;
}

/** Malformed members are left out. */
export function parseBaggage(header: string): Record<string, BaggageEntry> {
  const entries: [key: string, entry: BaggageEntry][] = [];
  for (const member of header.slice(0, MAX_CHARACTERS).split(",").slice(0, MAX_MEMBERS)) {
    const [pair, ...properties] = member.split(";") as [string, ...string[]];
    const separator = pair.indexOf("=");
    const key = decode(pair.slice(0, Math.max(0, separator)));
    const value = decode(pair.slice(separator + 1));
    if (!key || value === undefined) continue;
    const metadata = properties.join(";").trim();
    entries.push([
      key,
      metadata === "" ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
    ]);
  }
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(entries);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
