// Settings of a file and of the environment, and what is said of mistakes in them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../backend.fixture.ts";
import { BackendError } from "../error.ts";
import { parseJsonc } from "./jsonc.ts";
import { readSettings } from "./settings.ts";

function file(text: string): string {
  const path = join(temporaryDirectory(), "enterspan.jsonc");
  writeFileSync(path, text);
  return path;
}

test("a file with comments, trailing commas and variables", () => {
  const path = file(`{
    // where things go
    "destinations": {
      "Far Away": {
        "endpoint": "https://far.example/otlp/", /* with a slash */
        "headers": { "authorization": "Bearer \${TOKEN}", "x-note": "// no comment, ]" },
        "services": ["shop", "bank",],
      },
      "logs only": { "logsUrl": "https://logs.example/in", "encoding": "json", "compression": "none" },
    },
  }`);
  expect(readSettings(path, { TOKEN: "t0k" }).destinations).toEqual([
    {
      name: "Far Away",
      urls: { traces: "https://far.example/otlp/v1/traces", logs: "https://far.example/otlp/v1/logs" },
      headers: { authorization: "Bearer t0k", "x-note": "// no comment, ]" },
      enabled: true,
      encoding: "protobuf",
      compression: "gzip",
      services: ["shop", "bank"],
      maxQueueBytes: 1_000_000_000,
      source: "settings",
    },
    expect.objectContaining({
      name: "logs only",
      urls: { logs: "https://logs.example/in" },
      encoding: "json",
    }),
  ]);
});

test("the environment defines destinations, and goes before the file", () => {
  const path = file(`{ "destinations": { "honeycomb-eu": { "endpoint": "http://file.example" } } }`);
  const { destinations } = readSettings(path, {
    ENTERSPAN_DESTINATION_HONEYCOMB_EU_ENDPOINT: "https://env.example",
    ENTERSPAN_DESTINATION_HONEYCOMB_EU_HEADERS: "x-key=a%2Cb, x-other = c=d",
    ENTERSPAN_DESTINATION_HONEYCOMB_EU_SERVICES: "all",
    ENTERSPAN_DESTINATION_LOGS_LOGS_URL: "https://logs.example/in",
    OTHER: "x",
  });
  expect(destinations).toMatchObject([
    {
      name: "honeycomb-eu",
      source: "environment",
      urls: { traces: "https://env.example/v1/traces" },
      headers: { "x-key": "a,b", "x-other": "c=d" },
      services: "all",
    },
    { name: "logs", urls: { logs: "https://logs.example/in" } },
  ]);
});

test("nothing given is nothing defined", () => {
  expect(readSettings(undefined, {})).toEqual({ destinations: [] });
});

describe("mistakes are said with their place, and without values", () => {
  test.each([
    ["is not JSON at line 2, column 3", "{\n  s3cr3t }"],
    ['destinations.far: needs "endpoint"', '{ "destinations": { "far": {} } }'],
    [
      "destinations.far.endpoint: must be an http(s) URL",
      '{ "destinations": { "far": { "endpoint": "https://u:s3cr3t@x" } } }',
    ],
    [
      "Unrecognized key",
      '{ "destinations": { "far": { "endpoint": "http://x", "heders": { "a": "s3cr3t" } } } }',
    ],
    [
      "x-key is not a valid HTTP header",
      '{ "destinations": { "far": { "endpoint": "http://x", "headers": { "x-key": "s3cr3t\\nx" } } } }',
    ],
    [
      "variables that the environment does not have: NOT_THERE",
      '{ "destinations": { "far": { "endpoint": "$' + '{NOT_THERE}" } } }',
    ],
    ["Unrecognized key", '{ "destination": {} }'],
  ])("%s", (problem, text) => {
    const path = file(text);
    const error = thrown(() => readSettings(path, {}));
    expect(error.code).toBe("invalid_settings");
    expect(error.message).toContain(`${path}: `);
    expect(error.message).toContain(problem);
    expect(error.message).not.toContain("s3cr3t");
  });

  test.each([
    ["ENTERSPAN_DESTINATION_FAR_… needs", { FAR_HEADERS: "a=s3cr3t" }],
    ["does not end in _ and one of ENDPOINT", { FAR_URL: "s3cr3t" }],
    ["FAR_HEADERS is no list of name=value", { FAR_HEADERS: "s3cr3t" }],
    ["write % as %25", { FAR_HEADERS: "a=s3cr3t%" }],
    ["encoding: Invalid option", { FAR_ENDPOINT: "http://x", FAR_ENCODING: "xml" }],
  ])("%s", (problem, variables) => {
    const environment = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`ENTERSPAN_DESTINATION_${name}`, value]),
    );
    const error = thrown(() => readSettings(undefined, environment));
    expect(error.message).toContain(problem);
    expect(error.message).not.toContain("s3cr3t");
  });

  test("a file that is not there", () => {
    expect(thrown(() => readSettings("/nowhere/enterspan.jsonc", {})).message).toContain("cannot be read");
  });
});

test("comments inside texts are none, and errors keep their place", () => {
  expect(parseJsonc('{"a": "/* x */ // y", /* , */ "b": [1, 2, /* end ] */ ], // }\n }')).toEqual({
    a: "/* x */ // y",
    b: [1, 2],
  });
  expect(() => parseJsonc('/* one\ntwo */ {"a": 1 2}')).toThrow(/line 2 column 16/);
});

function thrown(act: () => unknown): BackendError {
  try {
    act();
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  return expect.unreachable();
}
