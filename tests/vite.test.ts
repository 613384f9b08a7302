// A Worker that instruments itself leaves the same traces under `vite dev` with Cloudflare's plugin as under wrangler. The
// plugin's own runtime, an older one, runs it there, and classes of the plugin's stand before those of the Worker.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TraceListResponse, TraceResponse } from "@enterspan/backend/contract";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTrace, type Shape, shape, temporaryDir } from "./enterspan.fixture.ts";
import { installIn } from "./installed.fixture.ts";
import { startPlain } from "./plain-wrangler.fixture.ts";

const folder = join(import.meta.dirname, "vite");
const config = join(folder, "wrangler.jsonc");

/** As far as they are used. */
interface Vite {
  createServer(options: object): Promise<{
    listen(): Promise<unknown>;
    close(): Promise<void>;
    resolvedUrls: { local: string[] };
  }>;
}
interface Plugin {
  cloudflare(options: object): unknown;
}

const PATHS = [
  "kv",
  "object-fetch",
  "object-rpc",
  "object-rpc",
  "object-property",
  "object-alarm",
  "object-target",
  "replaced-method",
  "service-fetch",
  "service-rpc",
  "service-property",
  "service-function",
  "service-fails",
  "exported-rpc",
  "exported-object",
  "queue",
  "workflow",
];

/** Traces that the paths leave: one each, and those of calls that carry no context, the alarm, the queue, the workflow. */
const TRACES = PATHS.length + 9;

interface Served {
  url: string;
  collector: Collector;
}

let state: Awaited<ReturnType<typeof temporaryDir>>;
let wrangler: Served;
let vite: Served;
const opened: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  state = await temporaryDir();
  await installIn(folder);
  wrangler = await serve("wrangler", startWrangler);
  vite = await serve("vite", startVite);
});

afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
  await state?.[Symbol.asyncDispose]();
});

it("answers and leaves traces as under wrangler", async () => {
  const answers = await askAll(wrangler);
  expect(answers).toMatchObject({ "service-rpc": '"hello ada"', "object-target": "8" });
  expect(await askAll(vite)).toEqual(answers);
  await expect.poll(() => traces(wrangler)).toHaveLength(TRACES);
  await expect
    .poll(async () => difference(await traces(wrangler), await traces(vite)))
    .toEqual({ missing: [], more: [] });
});

it("calls a class that takes no context, though the configuration says so", async () => {
  expect(await ask(vite, "service-bare")).toBe('"as it is"');
});

async function serve(name: string, start: (collector: Collector) => Promise<string>): Promise<Served> {
  const collector = await openCollector(name);
  return { collector, url: await start(collector) };
}

async function openCollector(name: string): Promise<Collector> {
  const collector = await startCollector({
    port: 0,
    dataDir: join(state.path, name),
    portFlag: "--port",
    onLog: () => {},
  });
  opened.push(collector);
  return collector;
}

async function startWrangler(collector: Collector): Promise<string> {
  const vars = { COLLECTOR: collector.url };
  const { url, stop } = await startPlain({ config, vars, persist: join(state.path, "state") });
  opened.push({ close: stop });
  return url;
}

async function startVite(collector: Collector): Promise<string> {
  const [{ createServer }, { cloudflare }] = await Promise.all([
    load<Vite>("vite/dist/node/index.js"),
    load<Plugin>("@cloudflare/vite-plugin/dist/index.mjs"),
  ]);
  const server = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(state.path, "cache"),
    logLevel: "error",
    server: { host: "127.0.0.1", port: 0, watch: null },
    plugins: [
      cloudflare({
        configPath: config,
        config: { vars: { COLLECTOR: collector.url } },
        inspectorPort: false,
        persistState: false,
      }),
    ],
  });
  opened.push(server);
  await server.listen();
  return (server.resolvedUrls.local[0] as string).replace(/\/$/, "");
}

const load = <T>(file: string): Promise<T> =>
  import(pathToFileURL(join(folder, "node_modules", file)).href) as Promise<T>;

async function askAll(served: Served): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const path of PATHS) answers[path] = await ask(served, path);
  return answers;
}

async function ask({ url }: Served, path: string): Promise<string> {
  return (await fetch(`${url}/${path}`)).text();
}

/** Of each trace the names of its spans, nested, and whom its events are for. */
async function traces({ collector: { url } }: Served): Promise<string[]> {
  const { traces } = (await (await fetch(`${url}/api/traces?limit=100`)).json()) as TraceListResponse;
  const read = await Promise.all(traces.map(({ traceId }) => readTrace(url, traceId)));
  return read.map((trace) => JSON.stringify([shape(trace).map(inOrder), receivers(trace)])).sort();
}

/** Siblings that start at once are in no order. */
const inOrder = ([name, ...children]: Shape): Shape => [
  name,
  ...children.map(inOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
];

const receivers = ({ spans }: TraceResponse): unknown[] =>
  spans
    .flatMap(({ attributes }) => attributes.filter(({ key }) => key === "cloudflare.entrypoint"))
    .map(({ value }) => value);

function difference(expected: string[], actual: string[]): { missing: string[]; more: string[] } {
  const more = [...actual];
  const missing = expected.filter((one) => {
    const at = more.indexOf(one);
    if (at !== -1) more.splice(at, 1);
    return at === -1;
  });
  return { missing, more };
}
