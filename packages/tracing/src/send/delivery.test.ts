// One request: what a receiver's answers mean, and how long one is waited for.
import { describe, expect, it } from "vitest";
import type { Host, PostResult } from "../host.ts";
import { RETRY_PAUSES_MS } from "../limits.ts";
import { deliver } from "./delivery.ts";

/** Sends to a receiver that gives these answers, the last one for good. */
async function sent(...answers: (PostResult | Error | string)[]) {
  const pauses: number[] = [];
  const host = {
    async post() {
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) as PostResult | Error | string;
      if (answer instanceof Error || typeof answer === "string") throw answer;
      return answer;
    },
    async sleep(ms) {
      pauses.push(ms);
    },
  } satisfies Partial<Host>;
  return { delivery: await deliver(host as unknown as Host, "http://receiver/", {}, "{}"), pauses };
}

const TAKEN = { outcome: "taken", rejected: 0, reason: "" };

describe("an answer", () => {
  it.each([200, 202, 204])("of %i says that all is taken", async (status) => {
    expect(await sent({ status })).toEqual({ delivery: TAKEN, pauses: [] });
  });

  it.each([
    "",
    "no JSON",
    "null",
    "{}",
    '{"partialSuccess":{}}',
    '{"partialSuccess":{"rejectedSpans":0,"errorMessage":"hint"}}',
  ])("that says %j of success tells nothing", async (body) => {
    expect((await sent({ status: 200, body })).delivery).toEqual(TAKEN);
  });

  it.each(["rejectedSpans", "rejectedLogRecords"])("tells what was rejected: %s", async (field) => {
    const body = JSON.stringify({ partialSuccess: { [field]: "3", errorMessage: "too long" } });
    const { delivery } = await sent({ status: 200, body });
    expect(delivery).toEqual({ outcome: "taken", rejected: 3, reason: "too long" });
  });

  it.each([429, 502, 503, 504])("of %i is asked for again", async (status) => {
    expect(await sent({ status }, { status: 200 })).toEqual({
      delivery: TAKEN,
      pauses: [RETRY_PAUSES_MS[0]],
    });
  });

  it.each([199, 300, 400, 404, 413, 500, 501])("of %i is final", async (status) => {
    const delivery = { outcome: "refused", reason: `answered ${status}` };
    expect(await sent({ status })).toEqual({ delivery, pauses: [] });
  });
});

it("waits as long as the receiver asks, but not longer than 5 s", async () => {
  const { pauses } = await sent(
    { status: 429, retryAfterSeconds: 2 },
    { status: 429, retryAfterSeconds: 3_600 },
    { status: 200 },
  );
  expect(pauses).toEqual([2_000, 5_000]);
});

it.each<[string, Error | string, string]>([
  ["an error", new Error("refused"), "refused"],
  [
    "what caused it",
    new Error("fetch failed", { cause: new Error("ECONNREFUSED") }),
    "fetch failed: ECONNREFUSED",
  ],
  ["no error", "a text", "a text"],
])("a receiver that cannot be reached is tried again, and then away: %s", async (_, thrown, why) => {
  const delivery = { outcome: "away", reason: `cannot be reached (${why})` };
  expect(await sent(thrown)).toEqual({ delivery, pauses: [...RETRY_PAUSES_MS] });
});
