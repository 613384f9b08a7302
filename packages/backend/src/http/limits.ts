// What one server, one peer and one connection may ask of us at most. Each number is far above what honest senders and
// readers do, and far below what would take the machine.

export interface Limits {
  /** Open connections; further ones are closed at once. */
  connections: number;
  /** Of those, from one address. */
  connectionsPerPeer: number;
  /** Until all headers of a request have come, ms. */
  headersMs: number;
  /** Until the whole of a request has come, ms: 32 MiB need a line of 300 kB/s. */
  requestMs: number;
  /** Without a byte either way, ms. The event stream writes every 15 s. */
  silenceMs: number;
  /** Answers that wait to be taken, of all connections together; beyond, whoever keeps most waiting is cut off. */
  unreadBytes: number;
  /** OTLP requests a second from one address, and how many may come at once. */
  ingestPerSecond: number;
  ingestBurst: number;
  /** The same for all other requests. */
  requestsPerSecond: number;
  requestBurst: number;
  /** Requests of one address in progress besides OTLP, which waits in a bounded queue of its own. */
  requestsAtOnce: number;
  /** Wrong tokens of one address a second, and how many at once. */
  failuresPerSecond: number;
  failureBurst: number;
}

export const DEFAULT_LIMITS: Limits = {
  connections: 4_096,
  connectionsPerPeer: 2_048,
  headersMs: 10_000,
  requestMs: 120_000,
  silenceMs: 120_000,
  unreadBytes: 256 * 1024 * 1024,
  ingestPerSecond: 10_000,
  ingestBurst: 20_000,
  requestsPerSecond: 2_000,
  requestBurst: 12_000,
  requestsAtOnce: 1_024,
  failuresPerSecond: 1,
  failureBurst: 20,
};
