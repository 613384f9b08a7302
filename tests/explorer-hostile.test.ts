// Whatever a traced program recorded is text on the page: in every view nothing of it runs, styles, or asks anybody else.
import { readFile } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { attributes, hex, log, MS, span, trace } from "../packages/explorer/scripts/fixture/spans.ts";
import { startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

const TRACE_ID = "bad".padEnd(32, "0");
const OTHER_ID = "bad".padEnd(32, "1");
const TEXTS = [
  '<img src=x onerror="document.title=1">',
  "</script><script>document.title=1</script>",
  "<style>*{display:none}</style>",
  "javascript:document.title=1",
  "data:text/html,<script>document.title=1</script>",
  "position:fixed;inset:0",
  "\u202Eevil\u202C \u200B\u0000\u0007",
  "__proto__",
  `GET /${"long/".repeat(400)}`,
  "👩‍👩‍👧‍👦 مرحبا",
  "{{document.title=1}}",
  '" onmouseover="document.title=1',
];

function hostile(id: string) {
  const start = BigInt(Date.now()) * MS;
  const all = attributes(Object.fromEntries(TEXTS.map((text) => [text, text])));
  const spans = TEXTS.map((name, index) =>
    span(id, {
      spanId: hex(index + 1, 16),
      parentSpanId: index === 0 ? "" : hex(1, 16),
      name,
      kind: (index % 5) + 1,
      traceState: "a=<b>",
      startTimeUnixNano: String(start + BigInt(index) * MS),
      endTimeUnixNano: String(start + BigInt(index === 3 ? 0 : 40) * MS),
      attributes: all,
      status: { code: 2, message: TEXTS[index] as string },
      events: TEXTS.map((text, at) => ({
        timeUnixNano: String(start + BigInt(at) * MS),
        name: at % 2 === 0 ? "exception" : text,
        attributes: attributes({ "exception.type": text, "exception.message": text, [text]: text }),
        droppedAttributesCount: 0,
      })),
      links: [
        { traceId: OTHER_ID, spanId: hex(1, 16), attributes: all, traceState: "", droppedAttributesCount: 0 },
      ],
    } as Parameters<typeof span>[1]),
  );
  const logs = TEXTS.map((text, index) =>
    log(id, {
      timeUnixNano: String(start + BigInt(index) * MS),
      spanId: hex(index + 1, 16),
      severityNumber: 17,
      body: { stringValue: text },
      attributes: all,
    }),
  );
  return trace(id, { services: [TEXTS[0] as string, TEXTS[8] as string], spans, logs });
}

const server = await startExplorerBackend();
await server.send(hostile(OTHER_ID));
await server.send(hostile(TRACE_ID));
const { page, problems } = await openExplorer(server);
page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));

beforeEach(() => {
  problems.length = 0;
});

/** What recorded text would have become, were it more than text. */
const strange = (): Promise<string[]> =>
  page.evaluate(() => {
    const inMain = [...document.querySelectorAll("main img, main script, main style, main iframe, main b")];
    const handled = [...document.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    );
    const led = [...document.querySelectorAll("a[href]")].filter(
      (link) => !["http:", "https:"].includes((link as HTMLAnchorElement).protocol),
    );
    const named = document.title === "1" ? [document.documentElement] : [];
    return [...inMain, ...handled, ...led, ...named].map((element) => element.outerHTML.slice(0, 200));
  });

describe("what was recorded stays text", () => {
  it.each([
    ["the list", "/", "[role=row] [role=cell]"],
    ["a search for it", `/?q=${encodeURIComponent('"<img src=x"')}`, "[role=row] [role=cell]"],
    ["all logs", "/logs", "section ol li"],
    ["the query builder", "/query", "tbody tr"],
    ["the map", "/map", "tbody tr"],
    ["the waterfall", `/traces/${TRACE_ID}?colour=service&path=1`, "[role=row][aria-level]"],
    ["a span", `/traces/${TRACE_ID}?span=${hex(2, 16)}&sections=resource.ids`, "aside dl"],
    ["the span that ends before it starts", `/traces/${TRACE_ID}?span=${hex(4, 16)}`, "aside dl"],
    ["insights", `/traces/${TRACE_ID}?view=insights`, "main section"],
    ["the flame graph", `/traces/${TRACE_ID}?view=flame`, "section button.bar"],
    ["statistics", `/traces/${TRACE_ID}?view=statistics`, "tbody tr"],
    ["the trace's logs", `/traces/${TRACE_ID}?view=logs`, "section ol li"],
    ["a comparison", `/traces/${TRACE_ID}?view=compare&with=${OTHER_ID}`, "tbody tr"],
    ["what to compare with", `/traces/${TRACE_ID}?view=compare`, "main ul li, main [role=status]"],
    ["raw", `/traces/${TRACE_ID}?view=raw`, "pre"],
  ])("in %s", async (_view, path, shown) => {
    await page.goto(server.url + path);
    await page.locator(shown).first().waitFor();
    expect(await strange()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("in names of saved searches", async () => {
    await page.goto(server.url);
    await page.getByRole("button", { name: "Saved" }).click();
    for (const name of TEXTS.slice(0, 3)) {
      await page.getByRole("textbox", { name: "Name to save what is shown under" }).fill(name);
      await page.keyboard.press("Enter");
      await page.getByText(`Saved as ${name}`).waitFor();
      await page.getByRole("button", { name, exact: true }).waitFor();
    }
    expect(await strange()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("in what is downloaded, which is what was sent", async () => {
    await page.goto(`${server.url}/traces/${TRACE_ID}?view=raw`);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`trace-${TRACE_ID}.json`);
    const raw = JSON.parse(await readFile(await download.path(), "utf8"));
    const names = raw.resourceSpans.flatMap((resource: { scopeSpans: { spans: { name: string }[] }[] }) =>
      resource.scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    );
    expect(new Set(names)).toEqual(new Set(TEXTS));
  });
});

describe("an address of nonsense", () => {
  it.each([
    "/?q=%00%22%3Cscript%3E&service=%3Cb%3E&took=9-x&last=-1h&from=NaN&to=1e99&sort=__proto__&errors=2",
    "/?from=-1&to=99999999999999999999",
    "/logs?levels=__proto__.constructor&open=%3Cimg%3E&from=9e15&to=1",
    "/query?query=%7B%22show%22%3A%5B%7B%22operator%22%3A%22__proto__%22%7D%5D%2C%22by%22%3A%7B%7D%7D",
    "/query?query=%5B%5D&last=__proto__",
    "/map?from=2&to=1",
    `/traces/${TRACE_ID}?view=__proto__&span=__proto__&range=0-0&fold=__proto__&log=1e9&with=%3Cb%3E`,
    `/traces/${TRACE_ID}?view=compare&with=javascript:alert(1)`,
    "/traces/..%2F..%2Fapi%2Ftraces",
    "/traces/%3Cscript%3E",
    "/nowhere/%00",
  ])("shows a page: %s", async (path) => {
    await page.goto(server.url + path);
    await page.getByRole("main").waitFor();
    expect(await strange()).toEqual([]);
    // What the server refuses of it is in the browser's console.
    expect(problems.filter((problem) => !/status of 40[04]/.test(problem))).toEqual([]);
  });
});

it("shows characters that cannot be seen", async () => {
  await page.goto(`${server.url}/traces/${TRACE_ID}?view=logs`);
  const line = page.locator("section ol li").filter({ hasText: "U+202E" });
  await line.first().waitFor();
  expect(await line.first().textContent()).toContain("U+202EevilU+202C U+200BU+0000U+0007");
});

it("shows thousands of attributes a part at a time", async () => {
  const id = "bad".padEnd(32, "2");
  const start = BigInt(Date.now()) * MS;
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key.${index}`, index]));
  await server.send(
    trace(id, {
      services: ["shop"],
      spans: [
        span(id, {
          spanId: hex(1, 16),
          name: "many",
          startTimeUnixNano: String(start),
          endTimeUnixNano: String(start + MS),
          attributes: attributes(many),
        }),
      ],
    }),
  );
  await page.goto(`${server.url}/traces/${id}?span=${hex(1, 16)}`);
  const shown = () => page.getByRole("complementary").locator("details").first().locator("dt").count();
  const more = page.getByRole("button", { name: "Show 200 more attributes" });
  await more.waitFor();
  expect(await shown()).toBe(200);
  await more.click();
  await expect.poll(shown).toBe(400);
});
