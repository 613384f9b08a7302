// Tracers tell of messages and get back those that are like what they ask for.
import { expect, test } from "vitest";
import { startedBackend } from "../backend.fixture.ts";
import { type SentMessage, SentMessages } from "./sent-messages.ts";

const message = (key: string, outline: string): SentMessage => ({
  key,
  outline,
  from: 1,
  until: 2,
  traceId: "a".repeat(32),
  spanId: "b".repeat(16),
  traceState: "",
});

test("what was told is found by its outline, by whoever asks", async () => {
  const { url } = await startedBackend();
  const post = (path: string, body: unknown) =>
    fetch(`${url}/api/sent-messages${path}`, { method: "POST", body: JSON.stringify(body) });
  const sent = [message("1", "x"), message("2", "y"), message("3", "x")];
  expect((await post("", { sent })).status).toBe(204);
  expect(await (await post("/search", { outlines: ["x", "z"] })).json()).toEqual({
    sent: [sent[0], sent[2]],
  });
  expect((await post("", { sent: [{ ...sent[0], spanId: "no id" }] })).status).toBe(400);
  expect((await post("/search", { outlines: "x" })).status).toBe(400);
});

test("the oldest are forgotten, and of many the newest answered", () => {
  const messages = new SentMessages();
  for (let n = 0; n < 11_000; n++) messages.add([message(String(n), n < 2_000 ? "old" : "new")]);
  const keys = (outline: string, limit: number) =>
    messages.like(new Set([outline]), limit).map(({ key }) => Number(key));
  expect(keys("old", 20_000).length).toBe(1_000);
  expect(keys("old", 20_000)[0]).toBe(1_000);
  expect(keys("new", 2)).toEqual([10_998, 10_999]);
});
