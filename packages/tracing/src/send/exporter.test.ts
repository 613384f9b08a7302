// What leaves: in requests of bounded size, in a bounded queue, and what cannot leave is counted and told once.

import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, it, vi } from "vitest";
import { MAX_QUEUED_CHARACTERS, MAX_REQUEST_CHARACTERS } from "../limits.ts";
import { testRuntime } from "../recorder.fixture.ts";
import type { Runtime } from "../runtime.ts";
import { INTERNAL, SERVER } from "../span-record.ts";

/** An ended invocation of `spans` spans with a text of `characters` each. */
function ended(runtime: Runtime, spans: number, characters: number) {
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  for (let i = 1; i < spans; i++)
    invocation.open(0, `s${i}`, INTERNAL)?.setAttribute("text", "x".repeat(characters));
  invocation.end("ok");
  return invocation;
}

describe("a trace too large for one request", () => {
  it("leaves in several, complete and in order", async () => {
    const { runtime, bodies } = testRuntime();
    await runtime.exporter.export(ended(runtime, 5_000, 2_000));
    expect(bodies.length).toBeGreaterThan(4);
    for (const { body } of bodies) expect(body.length).toBeLessThan(1.01 * MAX_REQUEST_CHARACTERS);
    const names = bodies
      .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
    expect(names).toEqual(["root", ...Array.from({ length: 4_999 }, (_, i) => `s${i + 1}`)]);
  });
});

describe("a receiver that refuses", () => {
  it("costs what it refused, which later requests tell of", async () => {
    const warn = vi.fn();
    const bodies: string[] = [];
    const statuses = [413, 200];
    const { runtime } = testRuntime(
      {},
      {
        warn,
        post: async (_url, _headers, body) => {
          bodies.push(body);
          return { status: statuses.shift() ?? 200 };
        },
      },
    );
    await runtime.exporter.export(ended(runtime, 3, 1));
    await runtime.exporter.export(ended(runtime, 1, 1));
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/413: 3 spans or logs are lost. It takes no request this large/),
    );
    expect(bodies.at(-1)).toContain('"enterspan.dropped_records","value":{"intValue":"3"}');
  });

  it("makes no queue that grows without end", async () => {
    const { runtime } = testRuntime(
      {},
      { warn: () => {}, sleep: async () => {}, post: () => Promise.reject(new Error("away")) },
    );
    const queued = () => runtime.exporter.queuedCharacters;
    for (let i = 0; i < 12; i++) await runtime.exporter.export(ended(runtime, 2_000, 2_000));
    expect(queued()).toBeLessThanOrEqual(MAX_QUEUED_CHARACTERS);
    expect(queued()).toBeGreaterThan(MAX_QUEUED_CHARACTERS / 2);
  });
});
