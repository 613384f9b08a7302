// Ten thousand connections one after another, each with one request; and many slow clients at once beside an honest one.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { printFigure, printGoal, printTitle } from "../report.ts";
import { Ledger } from "./ledger.ts";
import { RunningServer } from "./running.ts";

const CONNECTIONS = 10_000;
const WARM_UP = 1_000;

const SLOW_CLIENTS = 300;
/** Of those; more are refused. */
const EXPORTS = 4;
const LIMITS = { headersMs: 3_000, requestMs: 6_000, silenceMs: 6_000 };
const HONEST_MS = 8_000;

const HEAD = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

export async function connections(dataDir: string): Promise<void> {
  printTitle(`${CONNECTIONS} connections one after another`);
  await using server = await RunningServer.start({ dataDir });
  let failed = 0;
  for (let i = 0; i < WARM_UP; i++) failed += Number(!(await oneRequest(server.port)));
  const [files, bytes] = [server.openFiles, server.residentBytes];
  const began = performance.now();
  for (let i = WARM_UP; i < CONNECTIONS; i++) failed += Number(!(await oneRequest(server.port)));
  printFigure("rate", (CONNECTIONS - WARM_UP) / ((performance.now() - began) / 1000), "connections/s");
  printGoal({ what: "failed", value: failed, atMost: 0, unit: "" });
  await sleep(500);
  printGoal({ what: "files left open", value: server.openFiles - files, atMost: 5, unit: "" });
  printGoal({
    what: "memory after, to after the first thousand",
    value: server.residentBytes / bytes,
    atMost: 1.5,
  });
  await server.end("SIGTERM");
}

async function oneRequest(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => (answer += text));
  socket.on("error", () => {});
  socket.write(`${HEAD}Content-Length: 2\r\nConnection: close\r\n\r\n{}`);
  await once(socket, "close");
  return answer.startsWith("HTTP/1.1 200");
}

export async function slowClients(dataDir: string): Promise<void> {
  printTitle(`${SLOW_CLIENTS} slow clients beside an honest one`);
  await using server = await RunningServer.start({ dataDir, limits: LIMITS });
  const ledger = new Ledger();
  for (let i = 0; i < 400; i++) await ledger.send(server.url, Date.now(), 2_000);
  // What a first export takes of the database's cache is not the slow clients' doing.
  await ledger.audit(server.url);
  const alone = await latencies(ledger, server.url, HONEST_MS / 4);
  const before = server.residentBytes;
  const began = performance.now();
  const lives: number[] = [];
  const slow = Array.from({ length: SLOW_CLIENTS }, (_, i) => {
    const { socket, drip } = slowClient(server.port, i);
    const dripping = setInterval(() => socket.write(drip), 250);
    socket.once("close", () => {
      clearInterval(dripping);
      lives.push(performance.now() - began);
    });
    return socket;
  });
  const beside = await latencies(ledger, server.url, HONEST_MS);
  await sleep(2 * LIMITS.silenceMs);
  printFigure("acknowledgement alone, p99", alone.p99, "ms", 1);
  printFigure("acknowledgement beside them, p99", beside.p99, "ms", 1);
  printFigure("memory gained", (server.residentBytes - before) / 1e6, "MB", 1);
  printFigure("slow clients cut off after at most", Math.max(0, ...lives), "ms");
  printGoal({ what: "slow clients left", value: SLOW_CLIENTS - lives.length, atMost: 0, unit: "" });
  printGoal({
    what: "honest requests that failed",
    value: alone.failed + beside.failed,
    atMost: 0,
    unit: "",
  });
  for (const socket of slow) socket.destroy();
  await server.end("SIGTERM");
}

/** One of three: as many answers that are not read as may be asked for at once, headers and bodies without end. */
function slowClient(port: number, number: number): { socket: Socket; drip: string } {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  if (number < EXPORTS) {
    socket.pause();
    socket.write("GET /api/export?signal=traces HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return { socket, drip: "\r\n" };
  }
  socket.resume();
  const isBody = number % 2 === 0;
  socket.write(HEAD + (isBody ? "Transfer-Encoding: chunked\r\n\r\n" : "X-Slow: "));
  return { socket, drip: isBody ? "1\r\n \r\n" : "x" };
}

async function latencies(ledger: Ledger, url: string, ms: number): Promise<{ p99: number; failed: number }> {
  const until = performance.now() + ms;
  const took: number[] = [];
  let failed = 0;
  while (performance.now() < until) {
    const began = performance.now();
    if ((await ledger.send(url)) !== 200) failed++;
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return { p99: took[Math.floor(took.length * 0.99)] ?? 0, failed };
}
