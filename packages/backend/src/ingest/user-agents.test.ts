// What a Worker's event tells of the browser that asked, however its span came here; what nobody asked for is not added.

import {
  decodeTracesJsonTable,
  decodeTracesProtobufTable,
  encodeTracesJson,
  encodeTracesProtobuf,
  SPAN_WORD,
  SPAN_WORDS,
  type Span,
} from "@enterspan/otlp";
import { describe, expect, test } from "vitest";
import { messagesOf } from "../../../otlp/src/table/span-table.fixture.ts";
import { post, startedBackend } from "../backend.fixture.ts";
import type { TraceListResponse } from "../http/contract.ts";
import { attributesOf, newSpan, traces } from "../records.fixture.ts";
import { describeUserAgents } from "./user-agents.ts";

const ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) AppleWebKit/537.36";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

const event = (userAgent: string, more: Record<string, string> = {}) =>
  newSpan({
    attributes: attributesOf({
      "cloudflare.handler_type": "fetch",
      "user_agent.original": userAgent,
      ...more,
      "http.response.status_code": 200,
    }),
  });

/** The attributes of each span, by way of protobuf; JSON must give the same. */
function described(...spans: Span[]): Record<string, unknown>[] {
  const data = traces(spans);
  const tables = [
    decodeTracesProtobufTable(encodeTracesProtobuf(data), describeUserAgents),
    decodeTracesJsonTable(Buffer.from(encodeTracesJson(data)), describeUserAgents),
    decodeTracesJsonTable(encodeTracesJson(data), describeUserAgents),
  ];
  const [first, ...others] = tables.map((table) =>
    messagesOf(table).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((group) => group.spans)),
  );
  for (const other of others) expect(other).toEqual(first);
  return (first ?? []).map(({ attributes }) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  );
}

/** What is added for a header. */
function meaning(userAgent: string) {
  const [attributes = {}] = described(event(userAgent));
  const added = Object.entries(attributes).filter(([key]) => /^user_agent\.(?!original)/.test(key));
  return Object.fromEntries(added.map(([key, value]) => [key.slice("user_agent.".length), value]));
}

describe("a Worker's event", () => {
  test.each([
    [
      `${WINDOWS} Chrome/142.0.0.0 Safari/537.36`,
      {
        "os.name": "Windows",
        "os.version": "10",
        "browser.name": "Chrome",
        "browser.major_version": "142",
        "browser.version": "142.0.0.0",
        "engine.name": "Blink",
        "engine.version": "142.0.0.0",
      },
    ],
    [
      `${WINDOWS} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.3595.65`,
      {
        "os.name": "Windows",
        "os.version": "10",
        "browser.name": "Edge",
        "browser.major_version": "142",
        "browser.version": "142.0.3595.65",
        "engine.name": "Blink",
        "engine.version": "142.0.0.0",
      },
    ],
    [
      FIREFOX,
      {
        "os.name": "Linux",
        "browser.name": "Firefox",
        "browser.major_version": "145",
        "browser.version": "145.0",
        "engine.name": "Gecko",
        "engine.version": "145.0",
      },
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
      {
        "os.name": "iOS",
        "os.version": "18.6",
        "browser.name": "Mobile Safari",
        "browser.major_version": "18",
        "browser.version": "18.6",
        "engine.name": "WebKit",
        "engine.version": "605.1.15",
        "device.type": "mobile",
        "device.vendor": "Apple",
        "device.model": "iPhone",
      },
    ],
    [
      `${ANDROID} (KHTML, like Gecko) Version/4.0 Chrome/142.0.7444.48 Mobile Safari/537.36`,
      {
        "os.name": "Android",
        "os.version": "14",
        "browser.name": "Chrome WebView",
        "browser.major_version": "142",
        "browser.version": "142.0.7444.48",
        "engine.name": "Blink",
        "engine.version": "142.0.7444.48",
        "device.type": "mobile",
        "device.vendor": "Samsung",
        "device.model": "SM-S918B",
      },
    ],
    ["curl/8.5.0", {}],
    ["python-requests/2.32.3", {}],
    ["node", {}],
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}],
    ["", {}],
  ])("of %s", (userAgent, wanted) => {
    expect(meaning(userAgent)).toEqual(wanted);
  });

  test("keeps what it has, between others and with the same header too", () => {
    const spans = [
      newSpan({ attributes: attributesOf({ before: 1 }) }),
      event(FIREFOX),
      newSpan(),
      event(FIREFOX),
    ];
    const [before, one, between, other] = described(...spans);
    expect([before, between]).toEqual([{ before: 1n }, {}]);
    expect(one).toMatchObject({
      "cloudflare.handler_type": "fetch",
      "user_agent.original": FIREFOX,
      "http.response.status_code": 200n,
      "user_agent.browser.name": "Firefox",
    });
    expect(other).toEqual(one);
  });

  test("that tells of the browser itself is left alone", () => {
    const [attributes] = described(event(FIREFOX, { "user_agent.browser.name": "Iceweasel" }));
    expect(Object.keys(attributes ?? {})).toHaveLength(4);
    expect(attributes).toMatchObject({ "user_agent.browser.name": "Iceweasel" });
  });
});

test("spans of others than Workers' events are left alone", () => {
  const ofOther = newSpan({ attributes: attributesOf({ "user_agent.original": FIREFOX }) });
  // The Worker's event is there so that the request is looked into.
  expect(described(ofOther, event("curl/8.5.0"))[0]).toEqual({ "user_agent.original": FIREFOX });
});

test("many different headers in one request are not all looked up", () => {
  const spans = Array.from({ length: 1_200 }, (_, n) => event(`${FIREFOX} once/${n}`));
  const table = decodeTracesProtobufTable(encodeTracesProtobuf(traces(spans)), describeUserAgents);
  const known = spans.filter((_, row) => table.words[row * SPAN_WORDS + SPAN_WORD.attributes + 1] === 9);
  expect(known).toHaveLength(1_000);
});

test("what was known is known again after many others", () => {
  const wanted = meaning(FIREFOX);
  for (let n = 0; n < 3; n++) described(...Array.from({ length: 900 }, (_, m) => event(`other ${n} ${m}`)));
  expect(meaning(FIREFOX)).toEqual(wanted);
});

test("a search finds requests by what follows from the header", async () => {
  const backend = await startedBackend();
  const [firefox, curl] = [event(FIREFOX), event("curl/8.5.0")];
  await post(backend, "/v1/traces", encodeTracesJson(traces([firefox, curl])));
  const search = encodeURIComponent("user_agent.browser.name:Firefox");
  const { traces: found } = (await (
    await fetch(`${backend.url}/api/traces?search=${search}`)
  ).json()) as TraceListResponse;
  expect(found.map(({ traceId }) => traceId)).toEqual([firefox.traceId]);
});
