// Where we differ from the runtime on purpose, in every case: each rule with its reason. What concerns one case only is
// declared beside that case.
import type { Deviation, Exchange, SpanDeviation } from "./case.ts";
import { mapTrees, type SpanNode } from "./tree.ts";

type Selector = (node: SpanNode) => boolean;

const all: Selector = () => true;
/** Whatever the program has renamed them to. */
const roots: Selector = ({ attributes }) => "faas.trigger" in attributes;
const named =
  (pattern: RegExp): Selector =>
  ({ name }) =>
    pattern.test(name);

/** Attributes of ours that the runtime does not emit on this machine. They are taken off our spans. */
const ADDITIONS: { spans: Selector; because: string; attributes: string[] }[] = [
  {
    spans: roots,
    because: "catalogue.json lists them for root spans; the tail stream has none of them locally",
    attributes: [
      "cloud.provider",
      "cloud.platform",
      "faas.name",
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
    spans: all,
    because: "ties spans to their invocation; the tail stream has the id beside every event instead",
    attributes: ["faas.invocation_id"],
  },
  {
    spans: named(/^d1_/),
    because: "catalogue.json lists it; the runtime's D1 binding does not know its own name",
    attributes: ["cloudflare.binding.name"],
  },
  {
    spans: named(/^fetch$/),
    because: "documented for fetch; the runtime does not emit them locally",
    attributes: ["url.scheme", "url.path", "url.query", "server.address", "server.port"],
  },
];

/** What the runtime tells on this machine and nobody inside the Worker can know. It is taken off the runtime's spans. */
const UNKNOWABLE: { spans: Selector; because: string; attribute: string }[] = [
  {
    spans: ({ name, attributes }) =>
      name === "kv_list" || Number(attributes["cloudflare.kv.query.keys.count"]) > 1,
    because: "the bytes of an answer that the runtime takes apart before the program gets it",
    attribute: "cloudflare.kv.response.size",
  },
];

/** The runtime's trees as ours should be: the same, except for what we do better and what we cannot know. */
export function expectOurs(oracle: SpanNode[], declared: Deviation[]): SpanNode[] {
  const unused = new Set(declared.filter((deviation): deviation is SpanDeviation => "span" in deviation));
  const deviations = [...unused];
  const expected = mapTrees(oracle, (node, parent) => {
    // D1's binding speaks HTTP to its own simulator: no part of the program, and gone where D1 is called over RPC.
    if (node.name === "fetch" && String(node.attributes["url.full"]).startsWith("http://d1/"))
      return undefined;
    const known = withoutUnknowable(roots(node) ? failed(node) : node);
    const mine = deviations.filter((deviation) => isAbout(deviation, node, parent));
    for (const deviation of mine) unused.delete(deviation);
    return mine.some(({ absent }) => absent !== undefined) ? undefined : mine.reduce(deviate, known);
  });
  for (const { span } of unused)
    throw new Error(`A deviation is declared of ${span}, which the runtime never made`);
  return expected;
}

function isAbout(
  { span, absent = {} }: SpanDeviation,
  node: SpanNode,
  parent: SpanNode | undefined,
): boolean {
  const isNamed = span === node.name || span === `${parent?.name} > ${node.name}`;
  return isNamed && Object.entries(absent).every(([key, value]) => node.attributes[key] === value);
}

/** OpenTelemetry: a server span has failed when an error was left uncaught or the answer is 5xx. The runtime is silent. */
function failed(root: SpanNode): SpanNode {
  if (root.status.code !== "unset") return root;
  const [uncaught] = root.exceptions;
  if (uncaught !== undefined) return { ...root, status: { code: "error", message: uncaught.message } };
  return Number(root.attributes["http.response.status_code"]) >= 500
    ? { ...root, status: { code: "error" } }
    : root;
}

function withoutUnknowable(node: SpanNode): SpanNode {
  const unknowable = UNKNOWABLE.filter(({ spans }) => spans(node));
  return without(
    node,
    unknowable.map(({ attribute }) => attribute),
  );
}

function deviate(node: SpanNode, { attributes, ...deviation }: SpanDeviation): SpanNode {
  const { span: _, because: __, absent: ___, ...fields } = deviation;
  const changed: SpanNode = { ...node, ...fields };
  if (attributes === undefined) return changed;
  const kept = Object.entries({ ...node.attributes, ...attributes }).filter((entry) => entry[1] !== null);
  return { ...changed, attributes: Object.fromEntries(kept) as SpanNode["attributes"] };
}

/** Our trees without what we add to every span of a kind. */
export function withoutAdditions(ours: SpanNode[]): SpanNode[] {
  return mapTrees(ours, (node) =>
    without(
      node,
      ADDITIONS.flatMap(({ spans, attributes }) => (spans(node) ? attributes : [])),
    ),
  );
}

function without(node: SpanNode, keys: string[]): SpanNode {
  const kept = Object.entries(node.attributes).filter(([key]) => !keys.includes(key));
  return { ...node, attributes: Object.fromEntries(kept) };
}

/** The runtime's answers as ours should be. */
export function expectAnswers(oracle: Exchange[], declared: Deviation[]): Exchange[] {
  return oracle.map((exchange) => {
    const deviation = declared.find((one) => "request" in one && one.request === exchange.request);
    return deviation !== undefined && "request" in deviation
      ? { ...exchange, body: deviation.body }
      : exchange;
  });
}
