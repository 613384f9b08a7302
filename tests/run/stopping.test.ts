// `enterspan run` told to stop: what runs comes to its end.
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { run, worker } from "./run.fixture.ts";

describe("stopping", () => {
  const SLOW = `let release;
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const gate = new Promise((resolve) => process.once("SIGUSR2", resolve));
    console.log("asked", pathname);
    if (pathname === "/slow") await gate;
    else ctx.waitUntil(gate.then(() => console.log("late work done")));
    return new Response("done");
  },
};`;

  it("lets requests and waitUntil finish, stores their traces, and exits with 0", async () => {
    await using dir = await worker(SLOW);
    const running = await run(dir.path);
    await (await fetch(`${running.url}/background`)).text();
    const slow = fetch(`${running.url}/slow`);
    await running.printed(/asked \/slow/);
    running.child.kill("SIGTERM");
    await running.printed(/Stopping/);
    const more = connect(Number(new URL(running.url).port), "127.0.0.1");
    await expect(once(more, "connect")).rejects.toThrow("ECONNREFUSED");
    running.child.kill("SIGUSR2");
    expect(await (await slow).text()).toBe("done");
    expect(await running.exited).toBe(0);
    expect(running.output()).toMatch(/late work done/);
    expect(running.output()).toMatch(/GET \/slow +200/);
    expect(running.output()).toMatch(/GET \/background +200/);
  });

  it("waits no longer where it is told to stop again", async () => {
    await using dir = await worker(SLOW);
    const running = await run(dir.path);
    const slow = fetch(`${running.url}/slow`).catch(() => "cut off");
    await running.printed(/asked \/slow/);
    running.child.kill("SIGTERM");
    await running.printed(/Stopping/);
    // One Ctrl-C may arrive twice within a second.
    const again = setInterval(() => running.child.kill("SIGTERM"), 300);
    expect(await running.exited).toBe(130);
    clearInterval(again);
    expect(await slow).toBe("cut off");
  });
});
