// The demo on free ports, and a browser to look at it with: for the browser test, the README's pictures and a
// benchmark.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as browserType } from "playwright-core";
import { temporaryDir } from "./enterspan.fixture.ts";
import { freePort } from "./free-port.ts";

export interface Demo {
  ordersUrl: string;
  explorerUrl: string;
  stop(): Promise<void>;
}

/** @param pauseMs between two requests of the demo's own customer */
export async function startDemo(pauseMs: number): Promise<Demo> {
  const [port, notifyPort, collectorPort] = [await freePort(), await freePort(), await freePort()];
  const data = await temporaryDir();
  const flags = {
    port,
    "notify-port": notifyPort,
    "collector-port": collectorPort,
    data: data.path,
    pause: pauseMs,
  };
  const demo = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "../examples/orders/demo.ts"),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    demo.stdout.on("data", (chunk) => {
      printed += chunk;
      if (printed.includes("Open http")) resolve();
    });
    demo.once("exit", () => reject(new Error(`the demo ended:\n${printed}`)));
  });
  return {
    ordersUrl: `http://127.0.0.1:${port}`,
    explorerUrl: `http://127.0.0.1:${collectorPort}`,
    async stop() {
      demo.kill("SIGTERM");
      if (demo.exitCode === null) await once(demo, "exit");
      await data[Symbol.asyncDispose]();
    },
  };
}

export async function launchBrowser(): Promise<Browser> {
  return browserType.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
}
