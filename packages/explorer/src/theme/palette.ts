// The colour of a bar: a hue in degrees of OKLCH. Lightness and chroma come from app.css per theme, so that every hue
// has the same contrast in both. No hue lies near red (5°–50°): red means error.
import type { Span } from "../trace/model.ts";
import type { Product } from "../trace/product.ts";

export type ColourBy = "product" | "service";

/** Fixed, so that KV is the same green in every trace. Products often seen together are far apart. */
const PRODUCT_HUES: Record<Product, number> = {
  Invocation: 256,
  Custom: 292,
  fetch: 210,
  KV: 148,
  D1: 62,
  R2: 92,
  Cache: 180,
  Queue: 122,
  "Durable Object": 325,
  "DO storage": 345,
  "DO alarm": 310,
  RPC: 232,
  AI: 278,
  Vectorize: 268,
  Browser: 196,
  Images: 106,
  Email: 76,
  Dispatch: 222,
  Analytics: 164,
  "Rate limit": 136,
};

const SERVICE_HUES = [256, 148, 62, 325, 196, 92, 292, 122, 222, 345, 170, 76] as const;

export const hueOf = (span: Span, by: ColourBy): number =>
  by === "product" ? PRODUCT_HUES[span.product] : serviceHue(span.service);

export const productHue = (product: Product): number => PRODUCT_HUES[product];

/** Which service has which place in SERVICE_HUES, as far as this page has seen. */
const places = new Map<string, number>();

/**
 * The hue that the service's name gives, or where another service of this page has that one, the next that is free: two
 * services look alike only where there are more of them than hues. The same for as long as the page is open.
 */
export function serviceHue(service: string): number {
  let place = places.get(service);
  if (place === undefined) {
    place = hashOf(service) % SERVICE_HUES.length;
    const taken = new Set(places.values());
    if (taken.size < SERVICE_HUES.length) while (taken.has(place)) place = (place + 1) % SERVICE_HUES.length;
    places.set(service, place);
  }
  return SERVICE_HUES[place] as number;
}

/** FNV-1a, 32 bit. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
