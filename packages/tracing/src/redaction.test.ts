// No secret gets into what is sent, wherever a request has it; and what is no secret stays as it is, byte for byte.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TracingConfig } from "./config.ts";
import { instrumentFetch } from "./instrument/bindings/fetch.ts";
import type { HandlerContext } from "./instrument/handlers/context.ts";
import { runFetch } from "./instrument/handlers/fetch.ts";
import { HANDLERS_OBJECT } from "./instrument/handlers/receiver.ts";
import { recordLog } from "./logs.ts";
import { tracing } from "./process.ts";
import { testRuntime } from "./recorder.fixture.ts";
import { Redaction } from "./redaction.ts";
import type { Span } from "./span.ts";

const redaction = new Redaction({ headers: [], queryParameters: [] });

describe("a URL", () => {
  it.each([
    ["https://a.test/?token=abc", "https://a.test/?token=REDACTED"],
    ["https://a.test/?a=1&Access-Token=a=b%26&b=2#c", "https://a.test/?a=1&Access-Token=REDACTED&b=2#c"],
    ["https://a.test/?accessToken=abc", "https://a.test/?accessToken=REDACTED"],
    [
      "https://s3.test/k?X-Amz-Date=1&X-Amz-Signature=abc",
      "https://s3.test/k?X-Amz-Date=1&X-Amz-Signature=REDACTED",
    ],
    ["https://s3.test/?AWSAccessKeyId=abc&sig=d", "https://s3.test/?AWSAccessKeyId=REDACTED&sig=REDACTED"],
    ["https://a.test/#access_token=abc&state=1", "https://a.test/#access_token=REDACTED&state=1"],
    ["https://a.test/?user[password]=abc", "https://a.test/?user[password]=REDACTED"],
    ["https://a.test/?user%5Bpassword%5D=abc", "https://a.test/?user%5Bpassword%5D=REDACTED"],
    ["https://a.test/path;sid=abc", "https://a.test/path;sid=REDACTED"],
    ["https://maps.test/?key=AIzaSyA-1234567890123456", "https://maps.test/?key=REDACTED"],
    ["https://me:abc@a.test:8080/p?q=1", "https://REDACTED:REDACTED@a.test:8080/p?q=1"],
    ["https://me&you:a@bc@a.test/", "https://REDACTED:REDACTED@a.test/"],
    ["https://abc@a.test", "https://REDACTED:REDACTED@a.test"],
    ["https://proxy.test/https://me:abc@a.test/", "https://proxy.test/https://REDACTED:REDACTED@a.test/"],
    [
      "https://a.test/?to=https%3A%2F%2Fme%3Aabc%40b.test%2F",
      "https://a.test/?to=https%3A%2F%2FREDACTED:REDACTED%40b.test%2F",
    ],
    [
      "https://a.test/?to=https%3A%2F%2Fb.test%2F%3Ftoken%3Dabc&x=1",
      "https://a.test/?to=https%3A%2F%2Fb.test%2F%3Ftoken%3DREDACTED&x=1",
    ],
    [
      "https://a.test/?q=%7B%22password%22%3A%22abc%22%7D&x=1",
      "https://a.test/?q=%7B%22password%22%3AREDACTED&x=1",
    ],
  ])("%s is sent as %s", (url, sent) => {
    expect(redaction.text(url)).toBe(sent);
    // Once more, as an attribute that somebody has read back may be.
    expect(redaction.text(sent)).toBe(sent);
  });

  it.each([
    "http://auth:8080/token/secret:1?page=2",
    "https://a.test/@scope/package@1.0.0?tokens=3&max_tokens=4&design=5",
    "https://a.test/?key=cart&code=FR&next=%2Fpassword&password&token=",
    "https://a.test/?to=https://b.test&email=me@a.test",
    "https://a.test/?to=https%3A%2F%2Fb.test&email=me%40a.test#@",
    "https://a.test/%3A%2F%2F?%&=&==",
  ])("%s has no secret", (url) => {
    expect(redaction.text(url)).toBe(url);
  });

  it("is read in linear time", () => {
    for (const part of ["://", "token", "%25", "%3a%2f%2f", "a=", "@", "[", "%22", ":", "token%5d", "x"]) {
      const url = `https://a.test/?${part.repeat(100_000 / part.length)}`;
      const before = process.threadCpuUsage();
      redaction.text(url);
      // Some 5 ms; anything quadratic takes minutes.
      expect(process.threadCpuUsage(before).user / 1e6, part).toBeLessThan(1);
    }
  });
});

it("takes further names of parameters and headers, however they are written", () => {
  const own = new Redaction({ headers: ["User-Agent"], queryParameters: ["tax_id"] });
  expect(own.text("https://a.test/?taxId=1&TAX-ID=2&token=3&id=4")).toBe(
    "https://a.test/?taxId=REDACTED&TAX-ID=REDACTED&token=REDACTED&id=4",
  );
  const given = { "http.request.header.user-agent": "a", "http.request.header.accept": "b" };
  expect(sent(given, own)).toEqual({ ...given, "http.request.header.user-agent": "REDACTED" });
});

it("knows secret headers in anybody's attributes", () => {
  const secret = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
  ];
  const attributes = Object.fromEntries(
    [...secret, "x_api_key"].map((name) => [`http.request.header.${name}`, ["abc"]]),
  );
  expect(new Set(Object.values(sent(attributes)))).toEqual(new Set(["REDACTED"]));
  expect(sent({ "http.request.header.referer": "https://a.test/?token=abc" })).toEqual({
    "http.request.header.referer": "https://a.test/?token=REDACTED",
  });
});

it("leaves the program's own words alone where they are no URL", () => {
  const attributes = { token: "abc", "order.query": "?token=abc", "mail.to": "me@a.test", n: 1 };
  expect(sent(attributes)).toEqual(attributes);
  const body = { kvlistValue: { values: [{ key: "tokens", value: { stringValue: "?token=abc" } }] } };
  expect(redaction.log({ body } as never)).toEqual({ body });
});

function sent(attributes: Record<string, unknown>, by = redaction): Record<string, unknown> {
  const flat = Object.entries(attributes).flat() as string[];
  by.span({ attributes: flat, events: [], links: [], status: { code: "unset" } } as never);
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]),
  );
}

/** Everything that leaves while a request is handled, and what it gives its own `fetch` is asked for and answered. */
async function telemetryOf(
  request: Request,
  asked: [string, RequestInit],
  config: Partial<TracingConfig> = {},
): Promise<string> {
  const { runtime, bodies } = testRuntime(config);
  const waiting: Promise<unknown>[] = [];
  const context: HandlerContext = { waitUntil: (promise) => void waiting.push(promise) };
  const answer = async (input: RequestInfo | URL) => {
    const { url } = new Request(input);
    if (url.includes("fails")) throw new TypeError(`cannot reach ${url}, that is ${new URL(url).search}`);
    return new Response("", { headers: { "set-cookie": url, authorization: url } });
  };
  const fetched = instrumentFetch(runtime, answer as typeof fetch);
  const delivery = { name: "fetch", event: request, context, receiver: HANDLERS_OBJECT };
  await runFetch(runtime, delivery, () =>
    tracing.enterSpan("inner", async (span) => {
      span.setAttributes({ "url.full": request.url, seen: asked[0] });
      recordLog(span as Span, "log", [
        `asked ${request.url}`,
        { headers: asked[1].headers, list: [asked[0]] },
      ]);
      recordLog(span as Span, "error", [new Error(`cannot reach ${asked[0]}`)]);
      await fetched(...asked);
      return new Response("");
    }),
  ).catch(() => {});
  for (let i = 0; i < waiting.length; i++) await waiting[i];
  return bodies.map(({ body }) => body).join("\n");
}

it("no secret is sent, wherever a request has it", async () => {
  const name = fc.constantFrom(
    ...["token", "access_token", "api-key", "apiKey", "client_secret", "X-Amz-Signature", "password", "auth"],
    ...["user[password]", "a.b.secret", "sessionId", "own"],
  );
  const header = fc.constantFrom("authorization", "cookie", "x-api-key", "proxy-authorization", "accept");
  const secret = fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 })
    .map((text) => `s3cr3t${encodeURIComponent(text)}t3rc3s`);
  const encodings = fc.integer({ min: 0, max: 3 });
  const encoded = (text: string, times: number): string =>
    times === 0 ? text : encoded(encodeURIComponent(text), times - 1);
  const hidden = fc
    .tuple(name, secret, encodings)
    .map(([key, value, times]) => [
      `?a=1&${key}=${value}&b=2`,
      `#${key}=${value}`,
      `?to=${encoded(`https://b.test/?c=1&${key}=${value}`, times + 1)}`,
      `?to=${encoded(`https://me:${value}@b.test/`, times)}&b=2`,
      `?q=${encoded(JSON.stringify({ a: 1, [key]: value }), times + 1)}`,
      `fails/https://me:${value}@b.test/?${key}=${value}`,
    ]);
  const place = fc.tuple(hidden, fc.nat(5)).map(([ways, way]) => ways[way] as string);
  await fc.assert(
    fc.asyncProperty(place, place, header, secret, async (of, asked, headerName, value) => {
      const headers = { [headerName]: value };
      const text = await telemetryOf(
        new Request(`https://a.test/${of}`, { headers }),
        [`https://c.test/${asked}`, { headers }],
        { redaction: { headers: ["accept"], queryParameters: ["own"] } },
      );
      expect(text).toContain('"inner"');
      expect(text).toContain("asked https://a.test/");
      expect(text).not.toMatch(/s3cr3t|t3rc3s/i);
    }),
    { numRuns: 150 },
  );
});

it("what is no secret is sent as it was", () => {
  const part = fc.stringMatching(/^[bfglmnqrvxyz0-9%._~-]{0,8}$/);
  const joint = fc.constantFrom("/", "?", "&", "=", "#", ";", ":", "[", "]", "%3d", "%22", "//");
  const plain = fc.array(fc.tuple(joint, part)).map((parts) => `https://b.test${parts.flat().join("")}`);
  fc.assert(
    fc.property(plain, (url) => redaction.text(url) === url),
    { numRuns: 1_000 },
  );
});
