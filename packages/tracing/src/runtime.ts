// Starts invocations as the configuration says, and holds what all of them share: the clock, the ids, the exporter.
import { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { AsyncContext, Host } from "./host.ts";
import { IdSource } from "./ids.ts";
import type { Peer } from "./instrument/rpc/calls.ts";
import { Invocation, type InvocationOptions, type Part } from "./invocation.ts";
import { Memory } from "./memory.ts";
import type { IncomingContext } from "./propagation.ts";
import { Redaction } from "./redaction.ts";
import { isSampled, sampledState } from "./sampling.ts";
import { encodeResource } from "./send/encode.ts";
import { Exporter } from "./send/exporter.ts";
import type { Span } from "./span.ts";
import type { AttributeValue, SpanKind } from "./span-record.ts";
import { VERSION } from "./version.ts";

/** What starts an invocation: its root span and where its trace comes from. */
export interface InvocationStart {
  name: string;
  kind: SpanKind;
  context?: IncomingContext;
  part?: Part;
  /** Whether the event is not known yet, and with it whose trace this is and whether it is sampled. */
  isEarly?: boolean;
}

/** What a Worker knows of its own version, where it binds the metadata. */
export interface WorkerVersion {
  id: string;
  tag: string;
}

interface Configured {
  config: Config;
  exporter: Exporter;
  redaction: Redaction;
}

export class Runtime {
  readonly host: Host;
  readonly active: AsyncContext<Span>;
  version: WorkerVersion | undefined;
  /** What the Worker exports that takes the trace's context over RPC, by name: prototypes, and objects of handlers. */
  readonly carrying = new Map<string, object>();
  /** What services are that nobody knows. One for all: where one has turned out not to take it, all are called plainly. */
  readonly stranger: Peer = {
    isInstrumented: true,
    isOwn: false,
    mayHave: (name) => [...this.carrying.values()].some((exported) => name in exported),
  };
  /** What callees here have told of services in their results, by the span of the call. */
  readonly told = new Map<string, string>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #memory: Memory;
  readonly #makeId = () => this.#ids.uuid();
  #configured: Configured | undefined;

  /** Without a configuration it starts no invocation until `configure` has been called. */
  constructor(host: Host, active: AsyncContext<Span>, config?: Config) {
    this.host = host;
    this.active = active;
    this.#clock = new Clock(host);
    this.#ids = new IdSource(host);
    this.#memory = new Memory(host);
    if (config !== undefined) this.configure(config);
  }

  get isConfigured(): boolean {
    return this.#configured !== undefined;
  }

  configure(config: Config): void {
    const exporter = new Exporter(this.host, {
      endpoint: config.endpoint,
      headers: config.headers,
      delayMs: config.sendDelayMs,
      resource: (droppedRecords) => encodeResource(resourceAttributes(this, config, droppedRecords)),
    });
    this.#configured = { config, exporter, redaction: new Redaction(config.redaction) };
  }

  get config(): Config {
    return this.#set.config;
  }

  get exporter(): Exporter {
    return this.#set.exporter;
  }

  /** Nobody asks before there is a configuration. */
  get #set(): Configured {
    return this.#configured as Configured;
  }

  begin(start: InvocationStart): Invocation {
    return new Invocation(this.host, this.#optionsOf(start));
  }

  /** Makes `early` the invocation of the event that `start` tells of. */
  resume(early: Invocation, start: InvocationStart): void {
    early.become(this.#optionsOf(start, early.traceId));
  }

  #optionsOf(
    { name, kind, context = {}, part, isEarly = false }: InvocationStart,
    ownTraceId?: string,
  ): InvocationOptions {
    const { config, redaction } = this.#set;
    const { traces, logs, maxSpansPerInvocation } = config;
    const { parent, links, baggage } = context;
    const traceId = parent?.traceId ?? ownTraceId ?? this.#ids.traceId();
    const sampled =
      traces.enabled && (isEarly || (parent?.sampled ?? isSampled(traceId, traces.headSamplingRate)));
    return {
      memory: this.#memory,
      makeId: this.#makeId,
      traceId,
      parentSpanId: parent?.spanId ?? "",
      traceState: parent?.traceState ?? (sampled ? sampledState(traces.headSamplingRate) : ""),
      baggage: baggage ?? "",
      links,
      sampled,
      keepsLogs: logs.enabled && (isEarly || isSampled(traceId, logs.headSamplingRate)),
      // The middle bit keeps ids from being all zeros.
      spanIds: [(this.#ids.word() | 0x10000) >>> 0, this.#ids.word()],
      originMs: this.#clock.anchor(),
      redaction,
      maxSpans: maxSpansPerInvocation,
      name,
      kind,
      part,
    };
  }
}

function resourceAttributes(
  { host: { isCloudflare }, version }: Runtime,
  config: Config,
  droppedRecords: number,
): Record<string, AttributeValue> {
  return {
    "service.name": config.serviceName,
    "faas.name": config.serviceName,
    "cloudflare.script_name": config.serviceName,
    ...(version?.id && { "cloudflare.script_version.id": version.id }),
    ...(version?.tag && { "faas.version": version.tag }),
    ...(isCloudflare && { "cloud.provider": "cloudflare", "cloud.platform": "cloudflare.workers" }),
    "telemetry.sdk.language": "javascript",
    "telemetry.sdk.name": "enterspan",
    "telemetry.sdk.version": VERSION,
    ...config.resource,
    ...(droppedRecords > 0 && { "enterspan.dropped_records": droppedRecords }),
  };
}
