// Starts invocations as the configuration says, and holds what all of them share: the clock, the ids, the exporter.
import { Clock } from "./clock.ts";
import type { AsyncContext, Host } from "./host.ts";
import { IdSource } from "./ids.ts";
import { Invocation } from "./invocation.ts";
import { MAX_SPANS_PER_INVOCATION } from "./limits.ts";
import type { RemoteParent } from "./propagation.ts";
import { isSampled } from "./sampling.ts";
import { encodeResource, encodeScope } from "./send/encode.ts";
import { Exporter } from "./send/exporter.ts";
import type { Span } from "./span.ts";
import type { AttributeValue, SpanKind } from "./span-record.ts";
import { VERSION } from "./version.ts";

/** What is kept, as `observability.traces` and `observability.logs` of a Wrangler file say. */
export interface SignalConfig {
  enabled: boolean;
  /** Share of invocations to keep, 0 to 1; decided at the head, once per trace. */
  headSamplingRate: number;
}

export interface TracingConfig {
  /** `service.name`: the Worker's name. */
  serviceName: string;
  traces: SignalConfig;
  logs: SignalConfig;
  /** Base URL of the OTLP/HTTP receiver, without a slash at the end. */
  endpoint: string;
  /** Sent with every request to the receiver, such as an authorization. */
  headers?: Record<string, string>;
  /** Further attributes of the resource. */
  resource?: Record<string, AttributeValue>;
  maxSpansPerInvocation?: number;
}

/** What starts an invocation: its root span and where its trace comes from. */
export interface InvocationStart {
  name: string;
  kind: SpanKind;
  parent?: RemoteParent | undefined;
}

export class Runtime {
  readonly host: Host;
  readonly config: TracingConfig;
  readonly active: AsyncContext<Span>;
  readonly exporter: Exporter;
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(host: Host, active: AsyncContext<Span>, config: TracingConfig) {
    this.host = host;
    this.active = active;
    this.config = config;
    this.#clock = new Clock(host);
    this.#ids = new IdSource(host);
    this.exporter = new Exporter(host, {
      endpoint: config.endpoint,
      headers: config.headers ?? {},
      resource: (droppedRecords) => encodeResource(resourceAttributes(config, droppedRecords)),
      scope: encodeScope("@enterspan/tracing", VERSION),
    });
  }

  begin(start: InvocationStart): Invocation {
    const { traces, logs, maxSpansPerInvocation } = this.config;
    const traceId = start.parent?.traceId ?? this.#ids.traceId();
    return new Invocation(this.host, {
      invocationId: this.#ids.uuid(),
      traceId,
      parentSpanId: start.parent?.spanId ?? "",
      traceState: start.parent?.traceState ?? "",
      sampled: traces.enabled && (start.parent?.sampled ?? isSampled(traceId, traces.headSamplingRate)),
      keepsLogs: logs.enabled && isSampled(traceId, logs.headSamplingRate),
      // The middle bit keeps ids from being all zeros.
      spanIds: [(this.#ids.word() | 0x10000) >>> 0, this.#ids.word()],
      originMs: this.#clock.anchor(),
      maxSpans: maxSpansPerInvocation ?? MAX_SPANS_PER_INVOCATION,
      name: start.name,
      kind: start.kind,
    });
  }
}

function resourceAttributes(config: TracingConfig, droppedRecords: number): Record<string, AttributeValue> {
  return {
    "service.name": config.serviceName,
    "faas.name": config.serviceName,
    "cloudflare.script_name": config.serviceName,
    "cloud.provider": "cloudflare",
    "cloud.platform": "cloudflare.workers",
    "telemetry.sdk.language": "javascript",
    "telemetry.sdk.name": "enterspan",
    "telemetry.sdk.version": VERSION,
    ...config.resource,
    ...(droppedRecords > 0 && { "enterspan.dropped_records": droppedRecords }),
  };
}
