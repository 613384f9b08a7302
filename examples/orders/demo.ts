// The demo: `enterspan dev` with two Workers that call each other, and someone who keeps ordering. Stop it with Ctrl-C.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    "notify-port": { type: "string", default: "8788" },
    "collector-port": { type: "string", default: "4318" },
    data: { type: "string", default: join(import.meta.dirname, ".enterspan") },
    /** Pause between two requests, in milliseconds. */
    pause: { type: "string", default: "900" },
  },
});
const ordersUrl = `http://127.0.0.1:${values.port}`;
const notifyUrl = `http://127.0.0.1:${values["notify-port"]}`;
const collectorUrl = `http://127.0.0.1:${values["collector-port"]}`;

/** What a customer does, over and over: mostly fine, sometimes not. */
const REQUESTS: [method: string, path: string, token?: string][] = [
  ["GET", "/orders/1001", "ada-token"],
  ["POST", "/orders/1042", "ada-token"],
  ["GET", "/orders/1002", "bob-token"],
  ["POST", "/orders/1001", "bob-token"],
  ["GET", "/orders/9999", "ada-token"],
  ["POST", "/orders/1013", "ada-token"],
  ["GET", "/orders/1042"],
  ["GET", "/orders/1007", "bob-token"],
];

const children: ChildProcess[] = [];
let stopping = false;

/** Stops the children, and ends with the last of them. */
function stop(): void {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill();
  void Promise.all(children.map((child) => child.exitCode ?? once(child, "exit"))).then(() => process.exit());
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
process.stdout.on("error", stop);
process.on("exit", () => {
  for (const child of children) child.kill();
});

await start(
  "wrangler.jsonc",
  [
    "--port",
    values.port,
    "--collector-port",
    values["collector-port"],
    "--data",
    values.data,
    "--var",
    `NOTIFY_URL:${notifyUrl}`,
  ],
  true,
);
await start("notify/wrangler.jsonc", ["--port", values["notify-port"], "--collector", collectorUrl], false);
await fetch(`${ordersUrl}/seed`, { method: "POST" });
console.log(`Open ${collectorUrl} — a request comes in every second.\n`);

for (let i = 0; !stopping; i++) {
  const [method, path, token] = REQUESTS[i % REQUESTS.length] as (typeof REQUESTS)[number];
  await fetch(ordersUrl + path, { method, headers: token ? { authorization: `Bearer ${token}` } : {} })
    .then((response) => response.text())
    .catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, Number(values.pause)));
}

/** Runs `enterspan dev` on a Wrangler file; resolves when its Worker is up. */
async function start(config: string, flags: string[], isShown: boolean): Promise<void> {
  const cli = join(createRequire(import.meta.url).resolve("enterspan/package.json"), "../bin/enterspan.js");
  const child = spawn(
    process.execPath,
    [cli, "dev", "--config", join(import.meta.dirname, config), ...flags],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        // Wrangler would ask a server where on Earth we are, and complain when there is none to ask. Nobody needs it here.
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
      },
    },
  );
  children.push(child);
  child.on("exit", (code) => {
    if (!stopping) process.exitCode = code ?? 1;
    stop();
  });
  if (isShown) child.stdout.pipe(process.stdout);
  // The banner is the first that it prints.
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (stopping) process.exit();
}
