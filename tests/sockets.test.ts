// Connections of a Worker that instruments itself, bundled and run by plain wrangler: each is a span, whether the Worker
// opens it or a driver that an alias leads to us, and the program gets what it would get.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { TraceResponse, WireSpan } from "@enterspan/backend/contract";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTrace, shape, temporaryDir, traceWhere } from "./enterspan.fixture.ts";
import { type PlainWorker, startPlain } from "./plain-wrangler.fixture.ts";

let state: Awaited<ReturnType<typeof temporaryDir>>;
let collector: Collector;
let byHand: PlainWorker;
let aliased: PlainWorker;
let server: Server;
const clients = new Set<Socket>();

beforeAll(async () => {
  state = await temporaryDir();
  server = createServer((socket) => {
    clients.add(socket);
    socket.on("error", () => {});
    socket.once("data", (question) => socket.end(`${question} me`));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  collector = await startCollector({
    port: 0,
    dataDir: join(state.path, "data"),
    portFlag: "--port",
    onLog: () => {},
  });
  const worker = {
    config: join(import.meta.dirname, "workers/sockets/wrangler.jsonc"),
    vars: { COLLECTOR: collector.url },
  };
  byHand = await startPlain({ ...worker, persist: join(state.path, "by-hand") });
  // By its file: wrangler asks Node for the name, and this process would lead it to the sources, another copy.
  const alias = join(import.meta.dirname, "../packages/tracing/dist/hosts/workerd-sockets.js");
  aliased = await startPlain({
    ...worker,
    persist: join(state.path, "aliased"),
    alias: { "cloudflare:sockets": alias },
  });
});

afterAll(async () => {
  await byHand?.stop();
  await aliased?.stop();
  for (const client of clients) client.destroy();
  server?.close();
  await collector?.close();
  await state?.[Symbol.asyncDispose]();
});

/** What the Worker answers on a path, and the trace of that. */
async function ask(
  path: string,
  worker = byHand,
): Promise<{ answer: string; trace: TraceResponse; connection: WireSpan }> {
  const answer = await (await fetch(worker.url + path)).text();
  const { traceId } = await traceWhere(collector.url, ({ rootName }) => rootName === `GET ${path}`);
  const trace = await readTrace(collector.url, traceId);
  const connection = trace.spans.find(({ name }) => name === "connect");
  if (connection === undefined) throw new Error(`no connection among ${JSON.stringify(shape(trace))}`);
  return { answer, trace, connection };
}

const plain = ({ attributes }: WireSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;

it("a connection is a span below the active one, until it is closed", async () => {
  const { answer, trace, connection } = await ask(`/ask/${portOf(server)}`);
  expect(answer).toBe("who? me");
  expect(shape(trace)).toEqual([["GET", ["asking", ["connect"]]]]);
  const attributes = plain(connection);
  expect(attributes).toMatchObject({
    "server.address": "127.0.0.1",
    "server.port": String(portOf(server)),
  });
  expect(attributes).not.toHaveProperty(["enterspan.unfinished"]);
  expect(connection.status.code).toBe(0);
});

it("one that nobody closes ends with its invocation, and says so", async () => {
  const { answer, trace, connection } = await ask(`/open/${portOf(server)}`);
  expect(answer).toBe(`127.0.0.1:${portOf(server)}`);
  expect(shape(trace)).toEqual([["GET", ["connect"]]]);
  expect(plain(connection)).toMatchObject({ "enterspan.unfinished": true });
});

it("one that is refused fails with the error that the program gets", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const port = portOf(closed);
  closed.close();
  await once(closed, "close");
  const { answer, connection } = await ask(`/refused/${port}`);
  expect(answer).toContain("cannot connect to the specified address");
  expect(plain(connection)).toMatchObject({ "error.type": "Error", "server.port": String(port) });
  expect(connection.status).toMatchObject({ code: 2 });
  expect(answer).toContain(connection.status.message);
  expect(connection.events.map(({ name }) => name)).toEqual(["exception"]);
});

it("a driver's is one, too, where an alias leads its import to us", async () => {
  const { answer, trace, connection } = await ask(`/driver/${portOf(server)}`, aliased);
  expect(answer).toBe("who? me");
  expect(shape(trace)).toEqual([["GET", ["connect"]]]);
  expect(plain(connection)).toMatchObject({ "server.address": "127.0.0.1" });
});
