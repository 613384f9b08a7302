// Where we differ from the runtime on purpose, in every case: each rule with its reason. What concerns one case only is
// declared beside that case.
import type { Deviation, Exchange, SpanDeviation } from "./case.ts";
import { INVOCATION, mapTrees, type SpanNode } from "./tree.ts";

/** Attributes of ours that the runtime does not emit on this machine. They are taken off our spans. */
const ADDITIONS: { spans: string; because: string; attributes: string[] }[] = [
  {
    spans: INVOCATION,
    because: "catalogue.json lists them for root spans; the tail stream has none of them locally",
    attributes: [
      "cloud.provider",
      "cloud.platform",
      "faas.name",
      "faas.invocation_id",
      "faas.version",
      "faas.invoked_region",
      "faas.cold_start",
      "service.name",
      "telemetry.sdk.language",
      "telemetry.sdk.name",
      "network.protocol.name",
      "cloudflare.colo",
      "cloudflare.script_name",
      "cloudflare.script_tags",
      "cloudflare.script_version.id",
      "cloudflare.invocation.sequence.number",
      "cloudflare.ray_id",
      "cloudflare.handler_type",
      "cloudflare.entrypoint",
      "cloudflare.execution_model",
      "cloudflare.cpu_time_ms",
      "cloudflare.wall_time_ms",
      "cloudflare.cold_start_ms",
      "cloudflare.verified_bot_category",
      "cloudflare.asn",
      "cloudflare.response.time_to_first_byte_ms",
      "geo.timezone",
      "geo.continent.code",
      "geo.country.code",
      "geo.locality.name",
      "geo.locality.region",
    ],
  },
  {
    spans: "fetch",
    because: "documented for fetch; the runtime does not emit them locally",
    attributes: ["url.scheme", "url.path", "url.query", "server.address", "server.port"],
  },
];

/** The runtime's tree as ours should be: the same, except for what we do better. */
export function expectOurs(oracle: SpanNode[], declared: Deviation[]): SpanNode[] {
  const deviations = declared.filter((deviation): deviation is SpanDeviation => "span" in deviation);
  for (const { span } of deviations) {
    if (!contains(oracle, span))
      throw new Error(`The case declares a deviation of ${span}, which the runtime never made`);
  }
  return mapTrees(oracle, (node) => {
    // D1's binding speaks HTTP to its own simulator: no part of the program, and gone where D1 is called over RPC.
    if (node.name === "fetch" && String(node.attributes["url.full"]).startsWith("http://d1/"))
      return undefined;
    return deviations
      .filter(({ span }) => span === node.name)
      .reduce(deviate, node.name === INVOCATION ? failed(node) : node);
  });
}

/** OpenTelemetry: a server span has failed when its handler threw or answered 5xx. The runtime leaves its status unset. */
function failed(root: SpanNode): SpanNode {
  if (root.status.code !== "unset") return root;
  const thrown = root.exceptions[0];
  if (root.attributes["cloudflare.outcome"] === "exception" && thrown !== undefined) {
    return { ...root, status: { code: "error", message: thrown.message } };
  }
  return Number(root.attributes["http.response.status_code"]) >= 500
    ? { ...root, status: { code: "error" } }
    : root;
}

function deviate(node: SpanNode, { attributes, ...deviation }: SpanDeviation): SpanNode {
  const { span: _, because: __, ...fields } = deviation;
  const changed: SpanNode = { ...node, ...fields };
  if (attributes === undefined) return changed;
  const kept = Object.entries({ ...node.attributes, ...attributes }).filter((entry) => entry[1] !== null);
  return { ...changed, attributes: Object.fromEntries(kept) as SpanNode["attributes"] };
}

/** Our tree without what we add to every span of a kind. */
export function withoutAdditions(ours: SpanNode[]): SpanNode[] {
  return mapTrees(ours, (node) => {
    const added = ADDITIONS.flatMap(({ spans, attributes }) => (spans === node.name ? attributes : []));
    const kept = Object.entries(node.attributes).filter(([key]) => !added.includes(key));
    return { ...node, attributes: Object.fromEntries(kept) };
  });
}

/** The runtime's answers as ours should be. What an uncaught error looks like to the client is the dev server's matter. */
export function expectAnswers(oracle: Exchange[], declared: Deviation[]): Exchange[] {
  return oracle.map((exchange) => {
    const deviation = declared.find((one) => "request" in one && one.request === exchange.request);
    return deviation !== undefined && "request" in deviation
      ? { ...exchange, body: deviation.body }
      : exchange;
  });
}

function contains(roots: SpanNode[], name: string): boolean {
  return roots.some((node) => node.name === name || contains(node.children, name));
}
