// What a receiver can do to us, over a real socket: every answer becomes a result or a rejection, within bounds.

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { MAX_ANSWER_BYTES, SEND_TIMEOUT_MS } from "../limits.ts";
import { createHost } from "./standard.ts";

const { post, sleep } = createHost();
let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  vi.useRealTimers();
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** A server that does `answer` with each connection once a request has come. Resolves with its URL. */
async function receiver(answer: (socket: Socket) => void): Promise<string> {
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  server = listening;
  await new Promise<void>((resolve) => void listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/v1/traces`;
}

const head = (status: string, headers = "") => `HTTP/1.1 ${status}\r\n${headers}\r\n`;

it("gives the status, what was said, and how long to wait", async () => {
  const url = await receiver((socket) =>
    socket.end(`${head("429 Slow Down", "retry-after: 7\r\ncontent-length: 4\r\n")}busy`),
  );
  expect(await post(url, {}, "{}")).toEqual({ status: 429, body: "busy", retryAfterSeconds: 7 });
});

it("takes a retry-after that is a date for none", async () => {
  const url = await receiver((socket) =>
    socket.end(head("503 Away", "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\ncontent-length: 0\r\n")),
  );
  expect(await post(url, {}, "{}")).toEqual({ status: 503, body: "" });
});

it("does not follow a redirection, which may turn a request into one without its body", async () => {
  const url = await receiver((socket) =>
    socket.end(head("302 Found", "location: /login\r\ncontent-length: 0\r\nconnection: close\r\n")),
  );
  expect(await post(url, {}, "{}")).toEqual({ status: 302, body: "" });
});

it("reads an endless answer up to a bound, and hangs up", async () => {
  let hasHungUp: (() => void) | undefined;
  const hungUp = new Promise<void>((resolve) => {
    hasHungUp = resolve;
  });
  const url = await receiver((socket) => {
    socket.on("close", () => hasHungUp?.());
    socket.write(head("200 OK"));
    const more = () => {
      while (socket.writable && socket.write("x".repeat(16_384))) {}
    };
    socket.on("drain", more);
    more();
  });
  const { status, body = "" } = await post(url, {}, "{}");
  expect(status).toBe(200);
  expect(body.length).toBeGreaterThan(MAX_ANSWER_BYTES);
  expect(body.length).toBeLessThan(4 * MAX_ANSWER_BYTES);
  await hungUp;
});

it.each<[string, (socket: Socket) => void]>([
  ["hangs up", (socket) => socket.destroy()],
  ["speaks no HTTP", (socket) => socket.end("220 smtp.test ready\r\n")],
  ["breaks off", (socket) => socket.end(`${head("200 OK", "content-length: 100\r\n")}part`)],
])("rejects where a receiver %s", async (_what, answer) => {
  await expect(post(await receiver(answer), {}, "{}")).rejects.toThrow();
});

it("gives up on one that does not answer, and leaves no timer behind", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { post } = createHost();
  const asked = Promise.withResolvers<void>();
  const given = post(await receiver(() => asked.resolve()), {}, "{}");
  await asked.promise;
  vi.advanceTimersByTime(SEND_TIMEOUT_MS);
  await expect(given).rejects.toThrow("No answer in time");
  server?.close();
  const url = await receiver((socket) => socket.end(head("200 OK", "content-length: 0\r\n")));
  expect(await post(url, {}, "{}")).toMatchObject({ status: 200 });
  expect(vi.getTimerCount()).toBe(0);
});

it("rejects where nobody listens", async () => {
  const url = await receiver(() => {});
  await new Promise((resolve) => server?.close(resolve));
  await expect(post(url, {}, "{}")).rejects.toThrow();
});

it("does not have the runtime warn of a time that is over", async () => {
  const warned = vi.spyOn(process, "emitWarning");
  await sleep(-1);
  expect(warned).not.toHaveBeenCalled();
});
