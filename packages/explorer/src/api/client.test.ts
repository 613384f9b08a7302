import { afterEach, describe, expect, it, vi } from "vitest";
import { unixNanos } from "../trace/time.ts";
import { fetchServices, fetchTrace, fetchTraces } from "./client.ts";
import { retryInterval } from "./failure.ts";

const signal = new AbortController().signal;
const answerWith = (answer: () => Response | Promise<Response>) => {
  const fetching = vi.fn<(path: string) => Promise<Response>>(async () => answer());
  vi.stubGlobal("fetch", fetching);
  return fetching;
};
const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("requests", () => {
  it("ask for what is wanted, and escape what goes into a path", async () => {
    const fetching = answerWith(() => json(200, { traces: [] }));
    await fetchTraces(
      { limit: 5, before: { startUnixNano: unixNanos(17n), traceId: "ab" }, service: "a&b" },
      signal,
    );
    await fetchTrace("../live", signal).catch(() => undefined);
    expect(fetching.mock.calls.map(([path]) => path)).toEqual([
      "/api/traces?limit=5&before=17-ab&service=a%26b",
      "/api/traces/..%2Flive",
    ]);
  });

  it("sort services", async () => {
    answerWith(() => json(200, { services: [{ name: "b" }, { name: "a" }] }));
    expect(await fetchServices(signal)).toEqual(["a", "b"]);
  });
});

describe("failures", () => {
  it("do not read what is too large to be shown", async () => {
    const cancel = vi.fn();
    const headers = { "content-length": "400000001" };
    answerWith(() => new Response(new ReadableStream({ cancel }), { headers }));
    const failure = await fetchTrace("ab", signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "trace_too_large", isPassing: false });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it.each([
    ["no connection", () => Promise.reject(new TypeError("Failed to fetch")), "unreachable", true],
    [
      "refused with a reason",
      () => json(404, { error: { code: "trace_not_found", message: "m" } }),
      "trace_not_found",
      false,
    ],
    ["broken without a reason", () => new Response("<html>", { status: 502 }), "http_502", true],
    ["not JSON", () => new Response("<html>"), "not_understood", false],
    [
      "of another shape",
      () => json(200, { traces: [{ startTimeUnixNano: "yesterday" }] }),
      "not_understood",
      false,
    ],
  ])("%s", async (_, answer, code, isPassing) => {
    answerWith(answer);
    const failure = await fetchTraces({ limit: 1 }, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "Failure", code, isPassing });
    expect(retryInterval(failure) !== false).toBe(isPassing);
  });
});
