// W3C headers: what names a caller, what is malformed and therefore ignored, and which targets get ours.
import { describe, expect, it } from "vitest";
import { incomingContext, isCarriedTo, parseTraceparent, parseTracestate } from "./propagation.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const valid = `00-${traceId}-${spanId}-01`;

describe("traceparent", () => {
  it.each([
    ["sampled", valid, true],
    ["not sampled", `00-${traceId}-${spanId}-00`, false],
    ["other flags beside", `00-${traceId}-${spanId}-03`, true],
    ["space around", ` ${valid}\t`, true],
    ["a later version", `01-${traceId}-${spanId}-01`, true],
    ["a later version with more", `cc-${traceId}-${spanId}-01-what-comes`, true],
  ])("%s", (_what, header, sampled) => {
    expect(parseTraceparent(header, null)).toEqual({ traceId, spanId, sampled, traceState: "" });
  });

  it.each([
    ["empty", ""],
    ["upper case", valid.toUpperCase()],
    ["a trace id in upper case", `00-${traceId.toUpperCase()}-${spanId}-01`],
    ["a span id in upper case", `00-${traceId}-${spanId.toUpperCase()}-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
    ["a span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["version ff", `ff-${traceId}-${spanId}-01`],
    ["version 00 with more", `${valid}-extra`],
    ["too short", valid.slice(0, -1)],
    ["a later version run on", `01-${traceId}-${spanId}-01x`],
    ["two of them", `${valid},${valid}`],
  ])("ignored: %s", (_what, header) => {
    expect(parseTraceparent(header, "a=b")).toBeUndefined();
  });
});

describe("tracestate", () => {
  it.each([
    ["a=b", "a=b"],
    ["a=b,c=d e", "a=b,c=d e"],
    [" a=b ,\t, c=d", "a=b,c=d"],
    ["tenant@system=x,1st=y", "tenant@system=x,1st=y"],
  ])("%j", (header, kept) => {
    expect(parseTracestate(header)).toBe(kept);
  });

  it.each([
    ["no value", "a"],
    ["upper case in a key", "A=b"],
    ["a key twice", "a=b,a=c"],
    ["`=` in a value", "a=b=c"],
    ["a control character", "a=b\u0007"],
    ["33 members", Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(",")],
    ["a value of 257 characters", `a=${"v".repeat(257)}`],
  ])("ignored: %s", (_what, header) => {
    expect(parseTracestate(header)).toBe("");
    expect(parseTraceparent(valid, header)).toMatchObject({ traceId, traceState: "" });
  });
});

describe("an incoming context", () => {
  const headers = new Headers({ traceparent: valid, tracestate: "a=b", baggage: "user=1;p, x = %20" });
  const caller = { traceId, spanId, sampled: true, traceState: "a=b" };

  it("is continued, linked or ignored as configured, and baggage goes with it", () => {
    expect(incomingContext(headers, "continue")).toEqual({ parent: caller, baggage: "user=1;p, x = %20" });
    expect(incomingContext(headers, "link")).toEqual({ links: [caller] });
    expect(incomingContext(headers, "ignore")).toEqual({});
  });

  it("may be baggage alone", () => {
    expect(incomingContext(new Headers({ baggage: "a=b" }), "continue")).toEqual({ baggage: "a=b" });
  });
});

describe("a target that gets no context", () => {
  it.each([
    ["https://api.test/x", ["api.test"], false],
    ["https://api.test:8443/x", ["api.test"], false],
    ["https://www.api.test/x", ["api.test"], true],
    ["https://www.api.test/x", ["*.api.test"], false],
    ["https://api.test/x", ["*.api.test"], false],
    ["https://myapi.test/x", ["*.api.test"], true],
    ["https://api.test/private/x", ["https://api.test/private/"], false],
    ["https://api.test/public/x", ["https://api.test/private/"], true],
    ["https://api.test/x", ["other.test", "*"], false],
    ["https://api.test/x", [], true],
  ])("%s, excluded %j: carried %s", (url, exclude, isCarried) => {
    expect(isCarriedTo(url, exclude)).toBe(isCarried);
  });
});
