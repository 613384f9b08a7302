// The load, in a process of its own: some connections that each send their next request when the last is acknowledged, or
// at a given rate. Answers with what was acknowledged and how long that took.
import { Agent, request } from "node:http";
import { type Batch, batchesOf, type Encoding, SPANS } from "./batches.ts";

export interface Load {
  encoding: Encoding;
  seconds: number;
  /** Spans a second in all; without it as many as are acknowledged. */
  rate?: number;
}

export interface Sent {
  /** Acknowledged. */
  spans: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the sender itself. */
  cpuUs: number;
}

/** In flight at once. With the server's group commit, fewer leave it idle while the disk works. */
const CONNECTIONS = 24;

const CONTENT_TYPE = { protobuf: "application/x-protobuf", json: "application/json" } as const;
const port = Number(process.argv[2]);
const perConnection = new Map<Encoding, Batch[][]>();
/** Distinct between runs on one data directory, which the seconds since a fixed day are. */
let nonce = (Math.floor(Date.now() / 1000) * 997) >>> 0;

process.on("message", async (load: Load) => process.send?.(await send(load)));
process.on("disconnect", () => process.exit());
process.send?.(0);

async function send({ encoding, seconds, rate }: Load): Promise<Sent> {
  const all = perConnection.get(encoding) ?? Array.from({ length: CONNECTIONS }, () => batchesOf(encoding));
  perConnection.set(encoding, all);
  // New connections each time: the server closes those that were idle while others had their round.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const until = start + seconds * 1000;
  const latencies: number[] = [];
  let begun = 0;
  await Promise.all(
    all.map(async (batches, connection) => {
      for (let turn = connection; performance.now() < until; turn++) {
        // A request that is due is timed from when it was due: a server that falls behind cannot hide it.
        let due = performance.now();
        if (rate !== undefined) {
          due = start + (begun++ * SPANS * 1000) / rate;
          if (due > until) break;
          const wait = due - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        }
        const batch = batches[turn % batches.length] as Batch;
        batch.renew(nonce++ >>> 0, Date.now());
        await post(batch.body, encoding, agent);
        latencies.push(performance.now() - due);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return {
    spans: latencies.length * SPANS,
    seconds: elapsed,
    p50Ms: latencies[latencies.length >> 1] ?? 0,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    cpuUs: used.user + used.system,
  };
}

function post(body: Buffer, encoding: Encoding, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": CONTENT_TYPE[encoding], "content-length": body.length };
    const sending = request({ port, host: "127.0.0.1", path: "/v1/traces", method: "POST", agent, headers });
    sending.once("error", reject);
    sending.once("response", (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`The server answered ${response.statusCode}`)),
      );
    });
    sending.end(body);
  });
}
