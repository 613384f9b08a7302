// Ten tasks of a developer, each with no more actions than docs/ten-tasks.md says. An action is a click, a key, a drag, or
// a text that is typed or pasted. Each task begins on the page that the document names, and can be done without a pointer.
import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { attributes, hex, log, MS, span, trace } from "../packages/explorer/scripts/fixture/spans.ts";
import { FAULTY_ID, ORDER_ID } from "../packages/explorer/scripts/fixture/traces.ts";
import { sendShopTraces, startExplorerBackend } from "./explorer-backend.fixture.ts";
import { openExplorer } from "./explorer-page.fixture.ts";

/** A request by somebody, to one version of the Worker. */
interface Visit {
  readonly user: string;
  readonly version: "v1" | "v2";
  readonly agoMs: number;
  readonly tookMs: number;
  readonly fails?: boolean;
}

/** The second version, of ten minutes ago, is slower and fails for two users; five minutes ago something took two seconds. */
const VISITS: readonly Visit[] = [
  ...Array.from({ length: 20 }, (_, n) => ({
    user: `u-${n % 5}`,
    version: n < 10 ? ("v1" as const) : ("v2" as const),
    agoMs: (20 - n) * 60_000,
    tookMs: n < 10 ? 20 : 200,
    fails: n >= 10 && n % 5 >= 3,
  })),
  { user: "u-0", version: "v2", agoMs: 5.5 * 60_000, tookMs: 2_000 },
];

function visit({ user, version, agoMs, tookMs, fails = false }: Visit, index: number) {
  const id = hex(0x7000 + index, 32);
  const start = BigInt(Date.now() - agoMs) * MS;
  const [root, call] = [hex(1, 16), hex(2, 16)];
  const status = { code: fails ? 2 : 0, message: fails ? "no such profile" : "" };
  return trace(id, {
    services: ["profiles"],
    spans: [
      span(id, {
        spanId: root,
        name: "GET /profile",
        kind: 2,
        startTimeUnixNano: String(start),
        endTimeUnixNano: String(start + BigInt(tookMs) * MS),
        attributes: attributes({
          "http.request.method": "GET",
          "url.path": "/profile",
          "http.response.status_code": fails ? 500 : 200,
          "user.id": user,
          "service.version": version,
          "cloudflare.ray_id": `ray-${index}`,
        }),
        status,
      }),
      span(id, {
        spanId: call,
        parentSpanId: root,
        name: "d1_first",
        kind: 3,
        startTimeUnixNano: String(start + MS),
        endTimeUnixNano: String(start + BigInt(tookMs - 2) * MS),
        status,
      }),
    ],
    logs: [
      log(id, { timeUnixNano: String(start + MS), spanId: call, body: { stringValue: `looked up ${user}` } }),
    ],
  });
}

const server = await startExplorerBackend();
await sendShopTraces(server, 20);
for (const [index, one] of VISITS.entries()) await server.send(visit(one, index));
const { page, problems } = await openExplorer(server);

const operations = (): Promise<string[]> => page.locator("[role=row] .cell-name").allTextContents();
const firstTrace = (): Locator => page.locator("[role=row] .cell-name a").first();
const panel = (): Locator => page.getByRole("complementary");
const tableRow = (text: string): Locator => page.locator("tbody tr").filter({ hasText: text });

let actions = 0;
/** There is no pointer: what would be clicked is reached by Tab and pressed by Enter. */
let isByKeys = false;

/** The target has the focus, or is the row that the treegrid, which has it, is at. */
const isReached = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => {
    const focused = document.activeElement;
    return focused === element || focused?.getAttribute("aria-activedescendant") === element.id;
  });

/** More than these no reader would press; a page has less that takes the focus. */
const MOST_TABS = 60;

async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  for (let times = 0; !(await isReached(target)); times++) {
    if (times > MOST_TABS) throw new Error(`Tab does not lead to ${target}`);
    await page.keyboard.press("Tab");
  }
}

const does = {
  async click(target: Locator): Promise<void> {
    actions++;
    if (!isByKeys) return target.click();
    await reach(target);
    await page.keyboard.press("Enter");
  },
  async press(key: string): Promise<void> {
    actions++;
    await page.keyboard.press(key);
  },
  async type(text: string): Promise<void> {
    actions++;
    await page.keyboard.insertText(text);
  },
  /** From one corner of the heatmap's part to the other, as fractions. */
  async drag(target: Locator, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    actions++;
    if (isByKeys) return chooseLongest(target);
    const box = await target.boundingBox();
    if (box === null) throw new Error("it is not in sight");
    const at = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 4 });
    await page.mouse.up();
  },
};

/** The heatmap's cursor begins at the longest, at the end of the time: from there back to its beginning. */
async function chooseLongest(heatmap: Locator): Promise<void> {
  await reach(heatmap);
  await page.keyboard.press("ArrowLeft");
  for (let times = 0; times < 95; times++) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
}

interface Task {
  /** As in the document. */
  readonly question: string;
  readonly from: string;
  readonly solve: () => Promise<void>;
}

const TASKS: readonly Task[] = [
  {
    question: "Which call made this request slow?",
    from: `/traces/${FAULTY_ID}`,
    async solve() {
      await does.click(page.getByRole("link", { name: "Insights" }));
      await page.getByRole("heading", { name: /d1_first ran 12 times/ }).waitFor();
    },
  },
  {
    question: "Which request was the slowest, and what did it wait for?",
    from: "/",
    async solve() {
      await does.click(page.getByRole("button", { name: "Duration" }));
      await expect.poll(async () => (await operations())[0]).toBe("GET /profile");
      await does.click(firstTrace());
      await page.getByText("2 s", { exact: true }).first().waitFor();
      await does.press("c");
      await page.locator(".critical-stretch").first().waitFor();
    },
  },
  {
    question: "Why did the last failed request fail?",
    from: "/",
    async solve() {
      await does.click(page.getByRole("button", { name: "Errors only" }));
      await expect.poll(async () => (await operations())[0]).toBe("POST /orders/42");
      await does.click(firstTrace());
      await page.locator("[role=row][aria-level]").first().waitFor();
      await does.press("e");
      await panel().getByText("Error: card was declined").waitFor();
    },
  },
  {
    question: "Which users saw errors?",
    from: "/?q=service:profiles",
    async solve() {
      await does.click(page.getByRole("button", { name: "Errors only" }));
      await page.getByText("4 traces").waitFor();
      await does.click(firstTrace());
      await does.click(page.locator("#span-row-0"));
      await does.click(panel().getByRole("link", { name: "Count by user.id" }));
      await tableRow("u-3").waitFor();
      await expect.poll(() => page.locator("tbody tr").count()).toBe(2);
      await tableRow("u-4").waitFor();
    },
  },
  {
    question: "Did the last deploy make it slower?",
    from: "/?q=service:profiles code:200",
    async solve() {
      await does.click(firstTrace());
      await does.click(page.locator("#span-row-0"));
      await does.click(panel().getByRole("link", { name: "Count by service.version" }));
      await tableRow("v1").getByText("20 ms").waitFor();
      await tableRow("v2").waitFor();
    },
  },
  {
    question: "What happened at 14:05?",
    from: "/?q=service:profiles",
    async solve() {
      const heatmap = page.getByRole("application");
      await heatmap.locator(".heat-cell").first().waitFor();
      // The longest stand out at the top.
      await does.drag(heatmap, [0, 0.02], [0.99, 0.3]);
      await expect.poll(async () => (await operations()).length).toBe(1);
      await does.click(firstTrace());
      await page.getByText("2 s", { exact: true }).first().waitFor();
    },
  },
  {
    question: "A customer sends the id of a request: what did it do?",
    from: "/",
    async solve() {
      await does.press("/");
      await does.type("ray-13");
      await expect.poll(operations).toEqual(["GET /profile"]);
      await does.click(firstTrace());
      await page.locator("[role=row][aria-level]").first().waitFor();
    },
  },
  {
    question: "Which service fails when others call it?",
    from: "/",
    async solve() {
      await does.click(page.getByRole("link", { name: "Map" }));
      await tableRow("payments").first().waitFor();
    },
  },
  {
    question: "How often did this request ask the database, and how long in all?",
    from: `/traces/${FAULTY_ID}`,
    async solve() {
      await does.click(page.getByRole("link", { name: "Statistics" }));
      await tableRow("d1_first").getByText("12", { exact: true }).waitFor();
    },
  },
  {
    question: "What did this request log, and in which call?",
    from: `/traces/${ORDER_ID}`,
    async solve() {
      await does.click(page.getByRole("link", { name: /^Logs \d/ }));
      await does.click(
        page.locator("section ol li").filter({ hasText: "slow query" }).getByRole("button").first(),
      );
      await page.getByRole("complementary", { name: "Span d1_all" }).waitFor();
    },
  },
];

it.each(TASKS)("$question by keys alone", async ({ from, solve }) => {
  isByKeys = true;
  await page.goto(server.url + from);
  await page.locator("[role=row] [role=cell], [role=row][aria-level]").first().waitFor();
  await solve();
  expect(problems).toEqual([]);
});

it.each(TASKS)("$question", async ({ question, from, solve }) => {
  const text = await readFile(new URL("../docs/ten-tasks.md", import.meta.url), "utf8");
  const documented = text.split("\n").find((line) => line.includes(question));
  await page.goto(server.url + from);
  await page.locator("[role=row] [role=cell], [role=row][aria-level]").first().waitFor();
  actions = 0;
  isByKeys = false;
  await solve();
  expect(`${question} ${actions}`).toBe(`${question} ${/\|\s*(\d+)\s*\|$/.exec(documented ?? "")?.[1]}`);
  expect(problems).toEqual([]);
});
