// What a printed trace shows, and that its text is safe to compare: deterministic, one line a thing.
import { describe, expect, it } from "vitest";
import { tracing } from "../process.ts";
import { recordTrace, VirtualClock } from "./index.ts";

const silent = { console: "silent" } as const;

it("shows attributes, status, exceptions, events, logs and what nobody ended", async () => {
  const trace = await recordTrace(() => {
    tracing.startSpan("forgotten");
    try {
      tracing.enterSpan("charge", (span) => {
        span.setAttributes({
          "user.plan": "pro",
          amount: 12.5,
          tax: -0,
          "two words": true,
          "url.path": "/own",
        });
        console.warn("slow", { ms: 900 });
        throw new TypeError("card\ndeclined");
      });
    } catch {}
    tracing.enterSpan("refund", (span) => span.setStatus({ code: "error", message: "none left" }));
    tracing.enterSpan("thank", (span) => span.setStatus({ code: "ok" }));
  }, silent);
  expect(String(trace)).toMatchInlineSnapshot(`
    "root
      forgotten [unfinished]
      charge [error]  user.plan="pro" amount=12.5 tax=-0 "two words"=true url.path="/own"
        ! TypeError: card⏎declined
        > warn: slow {"ms":900}
      refund [error: none left]
      thank [ok]"
  `);
});

it("shows of the library's own spans what tells them apart, or everything, or nothing", async () => {
  const trace = await recordTrace(() => fetch("https://api.test/a?b=1"), {
    fetch: async () => new Response(null),
  });
  expect(String(trace)).toMatchInlineSnapshot(`
    "root
      fetch  http.request.method="GET" url.full="https://api.test/a?b=1" http.response.status_code=200"
  `);
  expect(trace.toString({ attributes: "none" })).toBe("root\n  fetch");
  expect(trace.toString({ attributes: "all" })).toContain('url.scheme="https"');
  expect(trace.toString({ attributes: "all" })).toContain('cloudflare.outcome="ok"');
});

it("shows times and ids when asked", async () => {
  const clock = new VirtualClock();
  const trace = await recordTrace(() => tracing.enterSpan("work", () => clock.advance(1 / 3)), {
    clock,
    ids: "sequential",
  });
  expect(trace.toString({ times: true, ids: true })).toMatchInlineSnapshot(`
    "trace 00000001000000010000000100000001
    root #0001000100000001 (+0 ms, 0.333 ms)
      work #0001000100000002 (+0 ms, 0.333 ms)"
  `);
  expect(String(trace)).toBe("root\n  work");
});

describe("a name", () => {
  it.each([
    ["GET /orders/:id", "GET /orders/:id"],
    ["ключ", "ключ"],
    ["", '""'],
    [" a", '" a"'],
    ["a  b", '"a  b"'],
    ["a\nb", '"a\\nb"'],
    ["> log: no log", '"> log: no log"'],
    ["a  b=1", '"a  b=1"'],
  ])("%j is printed as %s", async (name, text) => {
    expect(String(await recordTrace(() => {}, { name }))).toBe(text);
  });
});

it("cuts long values and long traces", async () => {
  const trace = await recordTrace(() => {
    tracing.enterSpan("long", (span) => span.setAttribute("text", "x".repeat(1_000)));
    for (let i = 0; i < 10; i++) tracing.enterSpan("step", () => {});
  });
  expect(trace.toString({ maxLines: 3 })).toBe(
    `root\n  long  text="${"x".repeat(199)}…\n  step\n… and 9 more spans`,
  );
});
