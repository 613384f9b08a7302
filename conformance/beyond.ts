// Where we differ from the runtime on purpose, in every case: each rule with its reason. What concerns one case only is
// declared beside that case.
import type { Case, Deviation, Exchange, SpanDeviation } from "./case.ts";
import { catalogued } from "./catalogue.ts";
import type { Traits } from "./traits.ts";
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
    spans: roots,
    because:
      "follows from `user_agent.original`, and is added where spans are received; the tail stream has none of it",
    attributes: [
      "user_agent.os.name",
      "user_agent.os.version",
      "user_agent.browser.name",
      "user_agent.browser.major_version",
      "user_agent.browser.version",
      "user_agent.engine.name",
      "user_agent.engine.version",
      "user_agent.device.type",
      "user_agent.device.vendor",
      "user_agent.device.model",
    ],
  },
  {
    spans: roots,
    because: "beside an event's onset the runtime tells these, but not as attributes",
    attributes: ["cloudflare.durable_object.id", "enterspan.websocket.event"],
  },
  {
    spans: ({ attributes }) => attributes["http.response.status_code"] === 101,
    because: "of an answer that is a WebSocket the runtime tells nothing",
    attributes: ["http.response.status_code", "http.response.body.size"],
  },
  {
    spans: all,
    because: "ties spans to their invocation; the tail stream has id and number beside every event instead",
    attributes: ["faas.invocation_id", "cloudflare.invocation.sequence.number"],
  },
  {
    spans: named(/^d1_/),
    because: "catalogue.json lists it; the runtime's D1 binding does not know its own name",
    attributes: ["cloudflare.binding.name"],
  },
  {
    spans: named(/^queue_/),
    because: "which queue it is; the runtime's spans of producers have no attributes",
    attributes: ["cloudflare.binding.name", "cloudflare.queue.name"],
  },
  {
    spans: named(/^r2_/),
    because: "the bucket's name; the runtime's is that of a part of the local simulator",
    attributes: ["cloudflare.r2.bucket"],
  },
  {
    spans: named(/^r2_/),
    because: "catalogue.json lists it; the runtime puts the algorithm into the name of the checksum itself",
    attributes: ["cloudflare.r2.response.checksum.type"],
  },
  {
    spans: named(/^durable_object_(storage|alarms)_/),
    because: "catalogue.json lists it; the runtime tells it of calls to objects alone",
    attributes: ["cloudflare.durable_object.id"],
  },
  {
    spans: named(/^durable_object_storage_getDatabaseSize$/),
    because: "catalogue.json lists it",
    attributes: ["db.system.name"],
  },
  {
    spans: named(/^durable_object_storage_(?!exec|kv_|getDatabaseSize)/),
    because: "catalogue.json lists them; the runtime's spans of asynchronous calls have no attributes yet",
    attributes: [
      "db.system.name",
      "db.operation.name",
      "cloudflare.durable_object.kv.query.keys",
      "cloudflare.durable_object.kv.query.keys.count",
      "cloudflare.durable_object.kv.query.start",
      "cloudflare.durable_object.kv.query.startAfter",
      "cloudflare.durable_object.kv.query.end",
      "cloudflare.durable_object.kv.query.prefix",
      "cloudflare.durable_object.kv.query.reverse",
      "cloudflare.durable_object.kv.query.limit",
      "cloudflare.durable_object.kv.query.allow_concurrency",
      "cloudflare.durable_object.kv.query.no_cache",
      "cloudflare.durable_object.kv.query.allow_unconfirmed",
      "cloudflare.durable_object.kv.response.deleted_count",
    ],
  },
  {
    spans: named(/^connect$/),
    because: "says where to; the runtime's span has no attributes",
    attributes: ["server.address", "server.port"],
  },
  {
    spans: named(/^hyperdrive_connect$/),
    because: "says of which binding it is; the runtime's span has no attributes",
    attributes: ["cloudflare.binding.type", "cloudflare.binding.name"],
  },
  {
    spans: named(/^fetch$/),
    because: "documented for fetch; the runtime does not emit them locally",
    attributes: ["url.scheme", "url.path", "url.query", "server.address", "server.port"],
  },
];

/** What the oracle tells on this machine and nobody inside the Worker can know. It is taken off the oracle's spans. */
const UNKNOWABLE: {
  spans: Selector;
  because: string;
  attributes: RegExp;
  /** The runtimes that it holds for; all when left out. */
  where?: (traits: Traits) => boolean;
}[] = [
  {
    spans: ({ name, attributes }) =>
      name === "kv_list" || Number(attributes["cloudflare.kv.query.keys.count"]) > 1,
    because: "the bytes of an answer that the runtime takes apart before the program gets it",
    attributes: /^cloudflare\.kv\.response\.size$/,
  },
  {
    spans: named(/^r2_/),
    because: "the part of the local simulator that stands for the bucket; ours tells the bucket's name",
    attributes: /^cloudflare\.r2\.bucket$/,
  },
  {
    spans: named(/^r2_(head|get|put|completeMultipartUpload)$/),
    because: "an object's own facts, each of which would be asked for over the network",
    attributes: /^cloudflare\.r2\.response\.(?!success)/,
    where: ({ tellsOfObjects }) => !tellsOfObjects,
  },
  {
    spans: named(/^fetch$/),
    because: "the length of a request's body, which the runtime chooses for the body and shows to nobody",
    attributes: /^http\.request\.body\.size$/,
    where: ({ knowsStreamLengths }) => !knowsStreamLengths,
  },
  {
    spans: ({ name, attributes }) => name === "jsRpcCall" && attributes["jsrpc.target_kind"] === "transient",
    because: "what an RPC session has lent is called without any context, over the session alone",
    attributes: /^jsrpc\.caller_span_id$/,
  },
  {
    spans: ({ attributes }) =>
      attributes["cloudflare.kv.query.type"] === "stream" ||
      attributes["cloudflare.kv.query.value_type"] === "ReadableStream",
    because: "the length of a stream, which no runtime but workerd tells",
    attributes: /^cloudflare\.kv\.(response|query\.payload)\.size$/,
    where: ({ knowsStreamLengths }) => !knowsStreamLengths,
  },
  {
    spans: ({ name, attributes }) =>
      /^d1_(exec|first)$/.test(name) || (name === "d1_all" && attributes["db.operation.name"] === "raw"),
    because:
      "on workerd the runtime's own span of the call tells it, which ours joins; the answer does not have it",
    attributes: /^cloudflare\.d1\.response\.(?!bookmark)/,
    where: ({ tellsAllOfD1 }) => !tellsAllOfD1,
  },
];

/** Where the case's spans and answers differ from the oracle's on such a runtime. */
export function deviationsOf({ beyond = [] }: Case, traits: Traits): Deviation[] {
  return typeof beyond === "function" ? beyond(traits) : beyond;
}

/** Why a key of a span is not the same on both sides: all that is said of it, in general and by the case. */
export interface Reasons {
  ofTheirs(node: SpanNode, parent: SpanNode | undefined, key: string): string[];
  ofOurs(node: SpanNode, parent: SpanNode | undefined, key: string): string[];
}

export function reasonsFor(one: Case, traits: Traits): Reasons {
  const deviations = deviationsOf(one, traits).filter(
    (deviation): deviation is SpanDeviation => "span" in deviation,
  );
  const declared = (node: SpanNode, parent: SpanNode | undefined, key: string) =>
    deviations
      .filter(
        ({ absent, dissolved, name, attributes = {} }) =>
          absent || dissolved || name || catalogued(key) in attributes,
      )
      .filter((deviation) => isAbout(deviation, node, parent))
      .map(({ because }) => because);
  return {
    ofTheirs: (node, parent, key) => [
      ...unknowableOf(node, traits)
        .filter(({ attributes }) => attributes.test(key))
        .map(({ because }) => because),
      ...(isServiceCall(node) ? [SERVICE_CALL] : []),
      ...declared(node, parent, key),
    ],
    ofOurs: (node, parent, key) => [
      ...ADDITIONS.filter(({ spans, attributes }) => spans(node) && attributes.includes(key)).map(
        ({ because }) => because,
      ),
      ...deviations
        .filter(({ span, ours }) => ours && lastOf(span) === node.name)
        .map(({ because }) => because),
      ...declared(node, parent, key),
    ],
  };
}

/** The name of the span itself in `parent > name`. */
const lastOf = (span: string): string => span.split(" > ").at(-1) as string;

const SERVICE_CALL =
  "some bindings speak HTTP to their service, or here its simulator: no part of the program";
const SERVICES = /^https?:\/\/(d1|ratelimit|vector-search|js\.images\.cloudflare\.com|workers-binding\.ai)\//;

const isServiceCall: Selector = ({ name, attributes }) =>
  name === "fetch" && SERVICES.test(String(attributes["url.full"]));

/** The runtime's trees as ours should be: the same, except for what we do better and what we cannot know. */
export function expectOurs(oracle: SpanNode[], declared: Deviation[], traits: Traits): SpanNode[] {
  const unused = new Set(declared.filter((deviation): deviation is SpanDeviation => "span" in deviation));
  const deviations = [...unused];
  const alone: SpanNode[] = [];
  const expected = mapTrees(oracle, (node, parent) => {
    // What is in it has been gone through by now.
    for (const deviation of deviations) {
      if (deviation.ours === undefined || !deviation.span.startsWith(`${node.name} > `)) continue;
      unused.delete(deviation);
      node.children.push(addition(deviation));
    }
    if (isServiceCall(node)) return undefined;
    const known = withoutUnknowable(spelled(roots(node) ? failed(node) : node), traits);
    const mine = deviations.filter((deviation) => isAbout(deviation, node, parent));
    for (const deviation of mine) unused.delete(deviation);
    if (mine.some(({ dissolved }) => dissolved)) {
      alone.push(...node.children.filter(roots));
      return node.children.filter((child) => !roots(child));
    }
    if (mine.some(({ absent }) => absent !== undefined)) return undefined;
    const ours = mine.reduce(deviate, known);
    if (!mine.some((deviation) => deviation.alone)) return ours;
    alone.push(ours);
    return undefined;
  });
  for (const { span } of unused)
    throw new Error(`A deviation is declared of ${span}, which the runtime never made`);
  return [...expected, ...alone];
}

function spelled(node: SpanNode): SpanNode {
  const attributes: SpanNode["attributes"] = {};
  for (const [key, value] of Object.entries(node.attributes)) {
    // Of several that have one name there, such as an R2 object's checksums, the first has it.
    attributes[catalogued(key) in attributes ? key : catalogued(key)] = value;
  }
  return { ...node, name: catalogued(node.name), attributes };
}

/** A span of ours alone. */
function addition({ span, status, exceptions, attributes = {}, logs }: SpanDeviation): SpanNode {
  return {
    name: lastOf(span),
    attributes: attributes as SpanNode["attributes"],
    status: status ?? { code: "unset" },
    exceptions: exceptions ?? [],
    logs: logs ?? [],
    children: [],
  };
}

function isAbout(
  { span, where = {}, absent = {}, ours }: SpanDeviation,
  node: SpanNode,
  parent: SpanNode | undefined,
): boolean {
  if (ours) return false;
  const isNamed = span === node.name || span === `${parent?.name} > ${node.name}`;
  return (
    isNamed && Object.entries({ ...where, ...absent }).every(([key, value]) => node.attributes[key] === value)
  );
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

function withoutUnknowable(node: SpanNode, traits: Traits): SpanNode {
  const unknowable = unknowableOf(node, traits);
  const keys = Object.keys(node.attributes);
  return without(
    node,
    keys.filter((key) => unknowable.some(({ attributes }) => attributes.test(key))),
  );
}

function unknowableOf(node: SpanNode, traits: Traits) {
  return UNKNOWABLE.filter(({ spans, where }) => spans(node) && where?.(traits) !== false);
}

function deviate(node: SpanNode, { attributes, ...deviation }: SpanDeviation): SpanNode {
  const {
    span: _,
    because: __,
    where: ___,
    absent: ____,
    ours: _______,
    dissolved: _____,
    alone: ______,
    ...fields
  } = deviation;
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
