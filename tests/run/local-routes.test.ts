// `scheduled`, `queue` and `email` handlers of a Worker under `enterspan run`, started over local routes.
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { json, rootOf, run, worker } from "./run.fixture.ts";

describe("local routes", () => {
  const EVENTS = `export default {
  fetch: () => new Response("the Worker's own"),
  scheduled({ cron, scheduledTime }, env, ctx) {
    if (cron === "bad") throw new Error("no time");
    if (cron === "late") ctx.waitUntil(scheduler.wait(1).then(() => ctx.waitUntil(Promise.reject(new Error("too late")))));
    console.log("scheduled", cron, scheduledTime);
  },
  queue(batch, env, ctx) {
    if (batch.queue === "late") ctx.waitUntil(Promise.reject(new Error("too late")));
    if (batch.queue === "all") batch.ackAll();
    if (batch.queue === "none") batch.retryAll({ delaySeconds: 5 });
    for (const message of batch.messages) {
      if (message.body === "ack") message.ack();
      if (message.body === "retry") message.retry({ delaySeconds: message.attempts });
      if (message.body === "both") { message.ack(); message.retry(); }
      if (message.body === "date") console.log("sent", message.timestamp.toISOString());
    }
    if (batch.queue === "broken") throw new Error("no queue");
  },
};`;
  const CRON = "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=1790000000000";

  it("start scheduled handlers", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path);
    const response = await fetch(running.url + CRON);
    expect([response.status, await response.text()]).toEqual([200, "ok"]);
    await running.printed(/scheduled \* \* \* \* \* 1790000000000/);
    const { attributes } = await rootOf(running.collectorUrl, "scheduled");
    expect(attributes).toMatchObject({ "faas.trigger": "timer", "faas.cron": "* * * * *" });
    const bad = await fetch(`${running.url}/cdn-cgi/handler/scheduled?cron=bad`);
    expect([bad.status, await bad.text()]).toEqual([500, "exception"]);
    const late = await fetch(`${running.url}/cdn-cgi/handler/scheduled?cron=late`);
    expect([late.status, await late.text()]).toEqual([500, "exception"]);
    expect((await fetch(`${running.url}/cdn-cgi/handler/scheduled?time=soon`)).status).toBe(400);
    await running.stop();
  });

  it("deliver batches of messages, and tell what became of each", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path);
    const deliver = async (queue: string, bodies: unknown[], more: object = {}) =>
      json(`${running.url}/cdn-cgi/handler/queue`, {
        method: "POST",
        body: JSON.stringify({
          queue,
          messages: bodies.map((body, at) => ({ id: `m${at}`, body, ...more })),
        }),
      });
    const all = ["ack", "retry", "both", { other: true }];
    expect(await deliver("plain", all, { attempts: 3 })).toEqual({
      outcome: "ok",
      acks: ["m0", "m2", "m3"],
      retries: [{ id: "m1", delaySeconds: 3 }],
    });
    const { attributes } = await rootOf(running.collectorUrl, "queue");
    expect(attributes).toMatchObject({ "faas.trigger": "pubsub", "cloudflare.queue.batch_size": "4" });
    expect(await deliver("none", all)).toEqual({
      outcome: "ok",
      acks: ["m0", "m2"],
      retries: [
        { id: "m1", delaySeconds: 1 },
        { id: "m3", delaySeconds: 5 },
      ],
    });
    expect(await deliver("all", all)).toMatchObject({ acks: ["m0", "m2", "m3"], retries: [{ id: "m1" }] });
    for (const queue of ["broken", "late"])
      expect(await deliver(queue, all)).toEqual({
        outcome: "exception",
        acks: ["m0", "m2"],
        retries: [{ id: "m1", delaySeconds: 1 }, { id: "m3" }],
      });
    await deliver("plain", ["date"], { timestamp: "2026-11-23T00:00:00Z" });
    await running.printed(/sent 2026-11-23T00:00:00\.000Z/);
    const refused = await fetch(`${running.url}/cdn-cgi/handler/queue`, {
      method: "POST",
      body: '{"queue":"q"}',
    });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('"messages" must be'),
    ]);
    await running.stop();
  });

  it("hand over email, and tell what was done with it", async () => {
    await using dir = await worker(`import { EmailMessage } from "cloudflare:email";
export default {
  async email(message) {
    const text = await new Response(message.raw).text();
    if (text.includes("broken")) throw new Error("no email");
    if (text.includes("spam")) return message.setReject(message.headers.get("subject"));
    await message.forward("c@example.com", new Headers({ "x-size": String(message.rawSize === text.length) }));
    await message.reply(new EmailMessage(message.to, message.from, "thanks"));
  },
};`);
    const running = await run(dir.path);
    const send = (text: string, query = "?from=a@example.com&to=b@example.com") =>
      fetch(`${running.url}/cdn-cgi/handler/email${query}`, {
        method: "POST",
        body: `Subject: a long\r\n  subject\r\nTo: b@example.com\r\n\r\n${text}`,
      });
    expect(await (await send("hello")).json()).toEqual({
      outcome: "ok",
      forwarded: [{ to: "c@example.com", headers: { "x-size": "true" } }],
      replies: [{ from: "b@example.com", to: "a@example.com" }],
    });
    expect(await (await send("spam")).json()).toMatchObject({ outcome: "ok", rejected: "a long subject" });
    expect(await (await send("broken")).json()).toMatchObject({ outcome: "exception" });
    await running.printed(/error {2}\/cdn-cgi\/handler\/email: Error: no email/);
    expect((await send("hello", "?from=a@example.com")).status).toBe(400);
    const { attributes } = await rootOf(running.collectorUrl, "email");
    expect(attributes).toMatchObject({ "cloudflare.email.to": "b@example.com" });
    await running.stop();
  });

  it("are there for nobody else", async () => {
    await using dir = await worker(EVENTS);
    const running = await run(dir.path, ["--host", "0.0.0.0"]);
    const get = async (headers: string, address = "127.0.0.1") => {
      const socket = connect(Number(new URL(running.url).port), address);
      socket.write(`GET ${CRON} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
      return (await socket.toArray()).join("");
    };
    expect(await get("Host: localhost:8787\r\n")).toMatch(/\r\n\r\nok$/);
    for (const headers of [
      "Host: example.com\r\n",
      "Host: 127.evil.example\r\n",
      "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n",
      "Host: localhost\r\nForwarded: for=192.0.2.1\r\n",
      "Host: localhost\r\nCF-Connecting-IP: 192.0.2.1\r\n",
      "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ]) {
      expect(await get(headers), headers).toMatch(/the Worker's own$/);
    }
    // Of this machine, but not as one reaches it from here alone.
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === "IPv4" && !at.internal);
    if (outer !== undefined) {
      expect(await get("Host: localhost\r\n", outer.address)).toMatch(/the Worker's own$/);
    }
    await running.stop();
  });

  it("say what a Worker has no handler for", async () => {
    await using dir = await worker("export default { async queue() {} }");
    const running = await run(dir.path);
    for (const path of ["/", "/cdn-cgi/handler/scheduled"]) {
      const response = await fetch(running.url + path);
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringMatching(/^This Worker has no \w+ handler/),
      ]);
    }
    await running.stop();
  });
});
