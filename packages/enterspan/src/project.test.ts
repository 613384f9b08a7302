// What a Wrangler file comes to, read by Wrangler itself: which signals are on and how much of them is kept, what named
// environments change, why a Worker runs without us.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Project, readProject, withAsyncContext } from "./project.ts";
import { findWrangler, type Wrangler } from "./wrangler.ts";

let dir: string;
let wrangler: Wrangler;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "enterspan-project-"));
  await writeFile(join(dir, "index.js"), "export default { fetch() {} };\n");
  wrangler = (await findWrangler(import.meta.dirname)) as Wrangler;
});

afterAll(() => rm(dir, { recursive: true, force: true }));

async function read(config: object, env?: string): Promise<Project> {
  const path = join(dir, "wrangler.json");
  const base = { name: "small", main: "index.js", compatibility_date: "2026-11-01" };
  await writeFile(path, JSON.stringify({ ...base, ...config }));
  return readProject(wrangler, path, env);
}

describe("observability", () => {
  const signals = async (observability: object | undefined, env?: string) => {
    const { traces, logs } = await read({ observability, env: { other: { observability: OTHER } } }, env);
    return [traces, logs].map(({ enabled, headSamplingRate }) => (enabled ? headSamplingRate : "off"));
  };
  const OTHER = { enabled: true, traces: { enabled: true, head_sampling_rate: 0.25 } };

  it.each<[what: string, observability: object | undefined, traces: number | string, logs: number | string]>([
    ["nothing: both off", undefined, "off", "off"],
    ["enabled alone: logs, not traces", { enabled: true }, "off", 1],
    ["traces alone", { traces: { enabled: true } }, 1, "off"],
    ["logs alone", { logs: { enabled: true } }, "off", 1],
    [
      "logs that are off though observability is on",
      { enabled: true, logs: { enabled: false } },
      "off",
      "off",
    ],
    ["a switch of traces that is off", { enabled: true, traces: { enabled: false } }, "off", 1],
    ["one rate for both", { enabled: true, head_sampling_rate: 0.5, traces: { enabled: true } }, 0.5, 0.5],
    [
      "rates of their own before the common one, 0 too",
      {
        head_sampling_rate: 0.5,
        traces: { enabled: true, head_sampling_rate: 0 },
        logs: { enabled: true, head_sampling_rate: 0.1 },
      },
      0,
      0.1,
    ],
  ])("%s", async (_, observability, traces, logs) => {
    expect(await signals(observability)).toEqual([traces, logs]);
  });

  it("is that of a named environment, where it has one", async () => {
    expect(await signals({ traces: { enabled: true } }, "other")).toEqual([0.25, 1]);
    const { traces } = await read(
      { observability: { traces: { enabled: true } }, env: { other: {} } },
      "other",
    );
    expect(traces.enabled).toBe(true);
  });

  it("says where each signal goes on to, and whether it is kept", async () => {
    const { route } = await read({
      observability: {
        traces: { enabled: true, destinations: ["far"], persist: false },
        logs: { enabled: true },
      },
    });
    expect(route).toEqual({
      traces: { destinations: ["far"], persist: false },
      logs: { destinations: [], persist: true },
    });
  });
});

describe("bindings", () => {
  it("to itself lead to its exports, those to others are asked", async () => {
    const { bound, objectClasses, foreignObjects } = await read({
      services: [
        { binding: "SELF", service: "small" },
        { binding: "NAMED", service: "small", entrypoint: "Admin" },
        { binding: "OTHER", service: "other" },
      ],
      durable_objects: {
        bindings: [
          { name: "COUNTER", class_name: "Counter" },
          { name: "OWN", class_name: "Room", script_name: "small" },
          { name: "MAIN", class_name: "default" },
          { name: "FOREIGN", class_name: "Room", script_name: "other" },
        ],
      },
      migrations: [{ tag: "v1", new_sqlite_classes: ["Counter", "Room", "default"] }],
    });
    expect(bound).toEqual({
      own: { SELF: "default", NAMED: "Admin", COUNTER: "Counter", OWN: "Room", MAIN: "default" },
      services: ["OTHER"],
    });
    // Those that are imported by name.
    expect(objectClasses).toEqual(["Counter", "Room"]);
    expect(foreignObjects).toEqual({ FOREIGN: "other" });
  });
});

describe("a Worker runs without us", () => {
  const why = async (config: object, source = "export default {};") => {
    await writeFile(join(dir, "other.js"), source);
    return (await read({ main: "other.js", ...config })).uninstrumented;
  };

  it.each([
    ["where it has no code", { main: undefined, assets: { directory: "." } }, "", /only static assets/],
    ["where it is not bundled", { no_bundle: true }, "export default {};", /no_bundle/],
    ["where it is a service worker", {}, "addEventListener('fetch', (event) => {});", /service worker/],
  ])("%s", async (_, config, source, reason) => {
    expect(await why(config, source)).toMatch(reason);
  });

  it("and with us where it listens to events besides its exports", async () => {
    expect(await why({}, "addEventListener('x', () => {});\nexport { default } from './index.js';")).toBe(
      undefined,
    );
  });
});

it.each([
  [[], ["nodejs_als"]],
  [["streams_enable_constructors"], ["streams_enable_constructors", "nodejs_als"]],
  [["nodejs_compat"], ["nodejs_compat"]],
  [["nodejs_als"], ["nodejs_als"]],
])("flags %j get what makes an async context, if they have none: %j", (flags, expected) => {
  expect(withAsyncContext(flags)).toEqual(expected);
});
