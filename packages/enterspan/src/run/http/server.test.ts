// The server keeps to the web's and HTTP's rules, seen from a client's side: over real sockets.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { listen, type Server } from "./server.ts";

type Respond = (request: Request) => Response | Promise<Response>;

const CHUNK = 64 * 1024;
const CHUNKS = 1_000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(respond: Respond): Promise<Server & { port: number; errors: unknown[] }> {
  const errors: unknown[] = [];
  const server = await listen({
    host: "127.0.0.1",
    port: 0,
    respond: async (request) => respond(request),
    onError: (_request, error) => errors.push(error),
  });
  cleanups.push(() => {
    server.abort();
    return server.stop();
  });
  return { ...server, port: Number(new URL(server.url).port), errors };
}

/** A server of someone else's, which answers with what `respond` writes. */
async function upstream(respond: (request: IncomingMessage) => Promise<[headers: object, body: Buffer]>) {
  const server = createServer(async (request, response) => {
    const [headers, body] = await respond(request);
    response.writeHead(200, headers as Record<string, string>).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  cleanups.push(() => socket.destroy());
  return socket;
}

/** Sends `text` as it is, and resolves with all that comes back until the connection ends. */
async function raw(port: number, text: string): Promise<string> {
  const socket = client(port);
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(text.replaceAll("\n", "\r\n"));
  await once(socket, "close");
  return answer;
}

/** Resolves once `read` gives the same twice in a row. */
async function standstill(read: () => number): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const hasStopped = read() === before;
        before = read();
        return hasStopped;
      },
      { interval: 100 },
    )
    .toBe(true);
  return before;
}

describe("requests", () => {
  it("are genuine: what arrives can be sent on, its body streamed", async () => {
    const seen = Promise.withResolvers<IncomingMessage["headers"]>();
    const origin = await upstream(async (request) => {
      seen.resolve(request.headers);
      const chunks: Buffer[] = await request.toArray();
      return [{}, Buffer.concat(chunks)];
    });
    const server = await serve(async (request) => {
      expect(request).toBeInstanceOf(Request);
      return fetch(new Request(origin, request));
    });
    const answer = await raw(
      server.port,
      "POST /upload?a=1 HTTP/1.1\nHost: example.com\nX-Twice: 1\nX-Twice: 2\nConnection: close, x-hop\nX-Hop: 1\n" +
        "Transfer-Encoding: chunked\n\n5\nhello\n6\n world\n0\n\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhello world$/);
    expect(await seen.promise).toMatchObject({ "x-twice": "1, 2", "cf-connecting-ip": "127.0.0.1" });
    expect(await seen.promise).not.toHaveProperty("x-hop");
  });

  it("have the URL that the client asked for, the client's address, and no body with GET", async () => {
    const server = await serve(({ url, headers, body }) =>
      Response.json([url, headers.get("cf-connecting-ip"), body]),
    );
    const get = (line: string, headers = "Host: example.com:81\n") =>
      raw(server.port, `GET ${line} HTTP/1.1\n${headers}Connection: close\n\n`).then((answer) =>
        JSON.parse(answer.split("\r\n\r\n")[1] as string),
      );
    expect(await get("//a/../b?c=%20d")).toEqual(["http://example.com:81//b?c=%20d", "127.0.0.1", null]);
    expect(await get("http://other.example/x")).toEqual(["http://other.example/x", "127.0.0.1", null]);
    // A proxy on this machine knows better who the client is.
    expect(await get("/", "Host: a\nCF-Connecting-IP: 192.0.2.1\n")).toEqual([
      "http://a/",
      "192.0.2.1",
      null,
    ]);
  });

  it("wait in the client until the program reads them", async () => {
    const go = Promise.withResolvers<void>();
    const server = await serve(async (request) => {
      await go.promise;
      let bytes = 0;
      for await (const chunk of request.body as ReadableStream<Uint8Array>) bytes += chunk.length;
      return new Response(String(bytes));
    });
    const socket = client(server.port);
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${CHUNK * CHUNKS}\r\n\r\n`,
    );
    let sent = 0;
    const sending = (async () => {
      for (; sent < CHUNKS; sent++) {
        if (!socket.write(Buffer.alloc(CHUNK))) await once(socket, "drain");
      }
    })();
    expect(await standstill(() => sent)).toBeLessThan(CHUNKS / 2);
    go.resolve();
    await sending;
    const chunks: Buffer[] = await socket.toArray();
    expect(Buffer.concat(chunks).toString()).toContain(`\r\n\r\n${CHUNK * CHUNKS}`);
  });

  it("end with an error where the client leaves in the middle of a body", async () => {
    const failed = Promise.withResolvers<unknown>();
    const server = await serve(async (request) => {
      await request.text().catch(failed.resolve);
      return new Response();
    });
    const socket = client(server.port);
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello", () => socket.destroy());
    expect(await failed.promise).toBeInstanceOf(Error);
  });

  it("are refused where the web has none such", async () => {
    const server = await serve(() => new Response());
    expect(await raw(server.port, "GET / HTTP/1.1\nHost: a b\nConnection: close\n\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw(server.port, "TRACE / HTTP/1.1\nHost: a\nConnection: close\n\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
});

describe("responses", () => {
  const get = (port: number, method = "GET") =>
    raw(port, `${method} / HTTP/1.1\nHost: a\nConnection: close\n\n`);

  it("carry their length where they are in memory, and come in chunks where they are streams", async () => {
    const server = await serve(({ url }) =>
      url.endsWith("/memory")
        ? new Response("hello")
        : new Response(
            new ReadableStream({
              async start(controller) {
                controller.enqueue(Buffer.from("hel"));
                await new Promise(setImmediate);
                controller.enqueue(Buffer.from("lo"));
                controller.close();
              },
            }),
          ),
    );
    const memory = await fetch(`${server.url}/memory`);
    expect([memory.headers.get("content-length"), await memory.text()]).toEqual(["5", "hello"]);
    const stream = await fetch(`${server.url}/stream`);
    expect([stream.headers.get("transfer-encoding"), await stream.text()]).toEqual(["chunked", "hello"]);
  });

  it("are read only as the client takes them", async () => {
    let pulled = 0;
    const server = await serve(
      () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                if (pulled++ < CHUNKS) controller.enqueue(new Uint8Array(CHUNK));
                else controller.close();
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    );
    const socket = client(server.port);
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(await standstill(() => pulled)).toBeLessThan(CHUNKS / 2);
    let received = 0;
    for await (const chunk of socket) received += (chunk as Buffer).length;
    expect(received).toBeGreaterThan(CHUNK * CHUNKS);
  });

  it("are given up with their client, who aborts the request", async () => {
    const canceled = Promise.withResolvers<unknown>();
    const aborted = Promise.withResolvers<void>();
    const server = await serve((request) => {
      request.signal.addEventListener("abort", () => aborted.resolve());
      return new Response(new ReadableStream({ cancel: canceled.resolve }));
    });
    const socket = client(server.port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    // The headers come although the body has nothing to say yet.
    await once(socket, "data");
    socket.destroy();
    expect(await canceled.promise).toMatchObject({ name: "AbortError" });
    await aborted.promise;
    expect(server.errors).toEqual([]);
  });

  it("are given up where the client has left before there is one", async () => {
    const asked = Promise.withResolvers<void>();
    const canceled = Promise.withResolvers<void>();
    const server = await serve(async ({ signal }) => {
      asked.resolve();
      await once(signal, "abort");
      return new Response(new ReadableStream({ cancel: () => canceled.resolve() }));
    });
    const socket = client(server.port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await asked.promise;
    socket.destroy();
    await canceled.promise;
  });

  it("to HEAD have headers alone, and their body is not read", async () => {
    let pulled = 0;
    const canceled = Promise.withResolvers<void>();
    const server = await serve(
      () =>
        new Response(
          new ReadableStream(
            {
              pull: () => void pulled++,
              cancel: () => canceled.resolve(),
            },
            { highWaterMark: 0 },
          ),
          { headers: { "content-length": "5" } },
        ),
    );
    const answer = await get(server.port, "HEAD");
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 5\r\n[\s\S]*\r\n\r\n$/);
    await canceled.promise;
    expect(pulled).toBe(0);
  });

  it.each([204, 304])("of status %d have no body and no length", async (status) => {
    const server = await serve(() => new Response(null, { status }));
    const answer = await get(server.port);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n$`));
    expect(answer).not.toMatch(/content-length|transfer-encoding/i);
  });

  it("without a body have a length, of 0", async () => {
    const server = await serve(({ url }) =>
      url.endsWith("/null")
        ? new Response(null, { status: 302, headers: { location: "/" } })
        : new Response("", { status: 404 }),
    );
    for (const path of ["/null", "/empty"]) {
      const response = await fetch(server.url + path, { redirect: "manual" });
      expect(
        [response.headers.get("content-length"), response.headers.get("transfer-encoding")],
        path,
      ).toEqual(["0", null]);
    }
  });

  const shared = new Response("shared");
  it.each<[string, () => Response | Promise<Response>, string]>([
    [
      "has been read",
      async () => {
        const response = new Response("x");
        await response.text();
        return response;
      },
      "body has been read already",
    ],
    [
      "is being read by another",
      () => {
        const response = new Response("x");
        response.body?.getReader();
        return response;
      },
      "body has been read already",
    ],
    ["has answered another request", () => shared, "body has been read already"],
    ["is an error", () => Response.error(), "status 0"],
  ])("that cannot be sent, for one that %s, become 500, and are told of", async (_, respond, why) => {
    const server = await serve(respond);
    if (respond() === shared) expect(await (await fetch(server.url)).text()).toBe("shared");
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(server.url, { method });
      expect([response.status, await response.text()]).toEqual([
        500,
        method === "GET" ? "Internal Server Error\n" : "",
      ]);
    }
    const told = expect.objectContaining({ name: "TypeError", message: expect.stringContaining(why) });
    expect(server.errors).toEqual([told, told]);
  });

  it("keep each cookie, their status text, and nothing of another connection's", async () => {
    const server = await serve(
      () =>
        new Response("x", {
          status: 299,
          statusText: "Fine",
          headers: [
            ["set-cookie", "a=1; Path=/"],
            ["set-cookie", "b=2"],
            ["transfer-encoding", "chunked"],
            ["keep-alive", "timeout=99"],
          ],
        }),
    );
    const answer = await get(server.port);
    expect(answer).toMatch(/^HTTP\/1\.1 299 Fine\r\n/);
    expect(answer.match(/set-cookie: .*/g)).toEqual(["set-cookie: a=1; Path=/", "set-cookie: b=2"]);
    expect(answer).not.toMatch(/timeout=99|transfer-encoding/);
  });

  it.each<[string, () => Response]>([
    [
      "fail",
      () =>
        new Response(
          new ReadableStream(
            {
              async pull(controller) {
                controller.enqueue(Buffer.from("part"));
                await new Promise(setImmediate);
                controller.error(new Error("broken"));
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    ],
    ["are longer than they say", () => new Response("hello", { headers: { "content-length": "3" } })],
    ["are shorter than they say", () => new Response("hello", { headers: { "content-length": "9" } })],
    [
      "are not made of bytes",
      () => new Response(new ReadableStream({ start: (controller) => controller.enqueue("text") })),
    ],
  ])("that %s break the connection, and are told of", async (_, respond) => {
    const server = await serve(respond);
    await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
    await expect.poll(() => server.errors).toEqual([expect.any(Error)]);
  });

  it("of fetch, which has decoded them, are not called encoded", async () => {
    const text = "hello ".repeat(1_000);
    const origin = await upstream(async ({ url }) =>
      url === "/br"
        ? [{ "content-encoding": "br" }, brotliCompressSync(text)]
        : [{ "content-encoding": "gzip" }, gzipSync(text)],
    );
    const server = await serve(async (request) => {
      const { pathname } = new URL(request.url);
      const response = await fetch(origin + pathname);
      return request.headers.has("copied") ? new Response(response.body, response) : response;
    });
    for (const path of ["/br", "/gzip"]) {
      for (const headers of [{}, { copied: "1" }]) {
        const response = await fetch(server.url + path, { headers });
        expect([response.headers.get("content-encoding"), await response.text()]).toEqual([null, text]);
      }
    }
  });

  it("that are encoded stay so", async () => {
    const server = await serve(
      () => new Response(gzipSync("hello"), { headers: { "content-encoding": "gzip" } }),
    );
    const answer = await new Promise<Buffer>((resolve) => {
      const socket = client(server.port);
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("close", () => resolve(Buffer.concat(chunks)));
      socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    });
    expect(answer.toString()).toContain("content-encoding: gzip\r\n");
    expect(gunzipSync(answer.subarray(answer.indexOf("\r\n\r\n") + 4)).toString()).toBe("hello");
  });
});

it.each([
  ["192.0.2.1", "192.0.2.1 is not an address of this machine. Choose one that is with --host ADDRESS"],
  ["no-such-host.invalid", "no-such-host.invalid is not known as a host"],
])("says in words that it cannot listen on %s", async (host, told) => {
  const respond = async () => new Response();
  await expect(listen({ host, port: 0, respond, onError: () => {} })).rejects.toThrow(told);
});

// A client that keeps its connection would send its next request into one that is being closed.
it("tells clients while it stops that their connection ends", async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const server = await serve(async () => {
    asked.resolve();
    await go.promise;
    return new Response("done");
  });
  const socket = client(server.port);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await asked.promise;
  const stopped = server.stop();
  go.resolve();
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n(.*\r\n)*\r\ndone$/i);
  await stopped;
});

it("answers what was on its way over an idle connection when it was told to stop", async () => {
  const server = await serve(({ url }) => new Response(new URL(url).pathname));
  const socket = client(server.port);
  socket.write("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "data");
  const stopped = server.stop();
  socket.write("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/\r\nconnection: close\r\n(.*\r\n)*\r\n\/second$/i);
  await stopped;
});

// A connection that is kept alive for its next request would hold the server for five seconds.
it("stops when what it is answering has been answered, and takes no more", { timeout: 4_500 }, async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const server = await serve(async () => {
    asked.resolve();
    await go.promise;
    return new Response("done");
  });
  const socket = client(server.port);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await asked.promise;
  const stopped = server.stop();
  await expect(fetch(server.url)).rejects.toThrow();
  go.resolve();
  expect((await socket.toArray()).join("")).toMatch(/done$/);
  await stopped;
});
