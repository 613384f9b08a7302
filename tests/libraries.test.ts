// Workers written with libraries that many use answer the same under `enterspan dev` as under plain wrangler, and what
// the libraries ask of the platform is in the trace.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TraceListResponse } from "@enterspan/backend/contract";
import { beforeAll, expect, it } from "vitest";
import { enterspanDev, readTrace, temporaryDir } from "./enterspan.fixture.ts";
import { installIn } from "./installed.fixture.ts";
import { startPlain } from "./plain-wrangler.fixture.ts";

const folder = join(import.meta.dirname, "libraries");

interface Talk {
  /** File in libraries/src, without its ending. */
  worker: string;
  config?: object;
  requests: (string | [path: string, init: RequestInit])[];
  /** A WebSocket's path, and what is sent after each message that came. */
  socket?: { path: string; says: string[]; hears: number };
  /** Names of spans that must be there. */
  spans: string[];
}

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** A batch of capnweb's: calls of what earlier calls gave, 0 being the main object; each is asked for. */
function calls(...all: [of: number, method: string | [], ...args: unknown[]][]): RequestInit {
  const pushes = all.map(([of, method, ...args]) => ["push", ["pipeline", of, [method].flat(), args]]);
  const pulls = all.map((_, at) => ["pull", at + 1]);
  return { method: "POST", body: [...pushes, ...pulls].map((line) => JSON.stringify(line)).join("\n") };
}

const KV = { kv_namespaces: [{ binding: "KV", id: "kv" }] };
const D1 = { d1_databases: [{ binding: "D1", database_name: "d1", database_id: "d1" }] };
const object = (name: string) => ({
  durable_objects: { bindings: [{ name, class_name: name }] },
  migrations: [{ tag: "v1", new_sqlite_classes: [name] }],
});

const TALKS: Talk[] = [
  {
    worker: "hono",
    config: KV,
    requests: [
      "/hello/world",
      ["/hello/world", { headers: { "if-none-match": '"none"' } }],
      "/timed",
      "/kv/key",
      "/stream",
      ["/echo", json({ a: [1, null] })],
      "/refused",
      "/broken",
      "/nowhere",
      ["/hello/world", { method: "HEAD" }],
    ],
    spans: ["kv_put", "kv_get", "kv_delete"],
  },
  {
    worker: "itty",
    config: KV,
    requests: ["/todos/7", "/text", "/teapot", "/broken", ["/json", json([1])], "/kv", "/nowhere"],
    spans: ["kv_put", "kv_get"],
  },
  { worker: "drizzle", config: D1, requests: ["/", "/"], spans: ["d1_run", "d1_all", "d1_batch"] },
  { worker: "prisma", config: D1, requests: ["/", "/"], spans: ["d1_exec", "d1_all"] },
  {
    worker: "party",
    config: object("Room"),
    requests: [
      "/parties/room/lobby",
      ["/parties/room/lobby", { method: "POST" }],
      "/parties/room/other",
      "/",
    ],
    socket: { path: "/parties/room/lobby", says: ["hello", "again"], hears: 3 },
    spans: ["durable_object_subrequest", "websocket"],
  },
  {
    worker: "capnweb",
    config: { services: [{ binding: "INNER", service: "capnweb", entrypoint: "Inner" }] },
    requests: [
      ["/", calls([0, "hello", "you"], [0, "missing"])],
      ["/", calls([0, "own", 1], [1, "add", 2], [1, "count"])],
      ["/", calls([0, "promised", 1], [1, "add", 2])],
      ["/", calls([0, "received", 1], [1, "add", 2])],
      ["/", calls([0, "getDouble"], [1, [], 4])],
      ["/", calls([0, "service"], [1, "make", 5], [2, "add", 1])],
      ["/", calls([0, "fail"])],
    ],
    spans: ["jsRpcCall", "rpc"],
  },
  {
    worker: "agent",
    config: object("Counter"),
    requests: ["/add", "/agents/counter/one", "/add", "/agents/counter/one"],
    socket: {
      path: "/agents/counter/one",
      says: [JSON.stringify({ type: "rpc", id: "1", method: "double", args: [21] })],
      hears: 4,
    },
    spans: ["rpc", "durable_object_subrequest"],
  },
];

beforeAll(async () => {
  await installIn(folder);
  // Only migrations need Prisma's engine, which is no part of its packages.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      join(folder, "node_modules/prisma/build/index.js"),
      "generate",
      "--schema",
      join(folder, "schema.prisma"),
    ],
    { cwd: folder, env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" }, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
});

it.each(TALKS)("$worker", async (talk) => {
  await using plainDir = await temporaryDir();
  await using tracedDir = await temporaryDir();
  const plain = await startPlain({
    config: await writeConfig(plainDir.path, talk),
    persist: join(plainDir.path, "state"),
  });
  const expected = await answers(plain.url, talk);
  await plain.stop();

  const dev = await enterspanDev(await writeConfig(tracedDir.path, talk));
  try {
    expect(await answers(dev.url, talk)).toEqual(expected);
    const names = await spanNames(dev.collectorUrl, talk.spans);
    for (const name of talk.spans) expect(names).toContain(name);
  } finally {
    await dev.stop();
  }
});

async function writeConfig(dir: string, { worker, config }: Talk): Promise<string> {
  const path = join(dir, "wrangler.json");
  const settings = {
    name: worker,
    main: join(folder, "src", `${worker}.ts`),
    compatibility_date: "2026-11-01",
    compatibility_flags: ["nodejs_compat"],
    observability: { enabled: true, traces: { enabled: true } },
    ...config,
  };
  await writeFile(path, JSON.stringify(settings));
  return path;
}

async function answers(url: string, { requests, socket }: Talk): Promise<unknown[]> {
  const heard: unknown[] = [];
  for (const request of requests) {
    const [path, init] = typeof request === "string" ? [request, undefined] : request;
    const response = await fetch(url + path, init);
    const headers = Object.fromEntries(
      ["content-type", "content-length", "etag", "server-timing", "transfer-encoding"].map((name) => [
        name,
        response.headers.get(name),
      ]),
    );
    heard.push({ path, status: response.status, headers, text: await response.text() });
  }
  if (socket !== undefined) heard.push(...(await conversation(url, socket)));
  return heard;
}

/** What a WebSocket hears, in order. */
async function conversation(url: string, { path, says, hears }: NonNullable<Talk["socket"]>) {
  const socket = new WebSocket(url.replace("http", "ws") + path);
  const heard: string[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("the WebSocket failed"));
    socket.onopen = () => socket.send(says[0] as string);
    socket.onmessage = ({ data }) => {
      heard.push(withoutIds(String(data)));
      if (heard.length === hears) resolve();
      else if (heard.length < says.length) socket.send(says[heard.length] as string);
    };
  });
  socket.close();
  return heard;
}

/** Agents and parties give each connection an id. */
function withoutIds(text: string): string {
  return text.replaceAll(/"(id|connectionId)":"[\w-]{10,}"/g, '"$1":"…"');
}

/** Of all traces, once those are among them that are waited for. */
async function spanNames(collectorUrl: string, wanted: string[]): Promise<string[]> {
  const signal = AbortSignal.timeout(60_000);
  const live = await fetch(`${collectorUrl}/api/live`, { signal });
  const changes = (live.body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { traces } = (await (await fetch(`${collectorUrl}/api/traces`)).json()) as TraceListResponse;
      const names: string[] = [];
      for (const { traceId } of traces) {
        names.push(...(await readTrace(collectorUrl, traceId)).spans.map(({ name }) => name));
      }
      if (wanted.every((name) => names.includes(name))) return names;
      await changes.read();
    }
  } finally {
    await changes.cancel();
  }
}
