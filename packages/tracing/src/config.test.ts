// What a configuration may say, what it says when it says nothing, and that a mistake names its field.
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

it("needs a name and nothing else", () => {
  expect(readConfig({ serviceName: "greeter" })).toEqual({
    serviceName: "greeter",
    endpoint: "http://127.0.0.1:4318",
    headers: {},
    traces: { enabled: true, headSamplingRate: 1 },
    logs: { enabled: true, headSamplingRate: 1 },
    propagation: { incoming: "continue", exclude: [], rpc: [] },
    redaction: { headers: [], queryParameters: [] },
    inFlight: false,
    sendDelayMs: 5,
    bindings: {},
    resource: {},
    maxSpansPerInvocation: 100_000,
  });
});

it("takes an endpoint with slashes at its end", () => {
  expect(readConfig({ serviceName: "a", endpoint: "https://otlp.test/path//" }).endpoint).toBe(
    "https://otlp.test/path",
  );
  const url = new URL("https://otlp.test/@path/") as never as string;
  expect(readConfig({ serviceName: "a", endpoint: url }).endpoint).toBe("https://otlp.test/@path");
});

it("leaves out what an environment has not set", () => {
  const { headers, resource } = readConfig({
    serviceName: "a",
    headers: { authorization: undefined as never, "x-team": "shop" },
    resource: { region: undefined as never, shard: 3 },
  });
  expect(headers).toStrictEqual({ "x-team": "shop" });
  expect(resource).toStrictEqual({ shard: 3 });
});

it("does not tell what the headers or the address hold, which may be secret", () => {
  for (const wrong of [
    { headers: { authorization: "s3cret\n\u0000" } },
    { endpoint: "http://me:s3cret@otlp.test" },
  ]) {
    expect(() => readConfig({ serviceName: "a", ...wrong })).toThrow(
      /^(?!.*s3cret)enterspan: (headers|endpoint) must/s,
    );
  }
});

describe("a mistake names its field and what is expected there", () => {
  it.each([
    [{ serviceName: "" }, "serviceName must be the Worker's name"],
    [{ endpoint: "collector" }, "endpoint must be the base URL of an OTLP/HTTP receiver"],
    [{ endpoint: "ftp://collector" }, "endpoint"],
    [
      { endpoint: "http://collector.test/?key=1" },
      'receiver, without user and query, not "http://collector.test/…"',
    ],
    [{ headers: new Headers({ a: "b" }) }, "headers must be an object of HTTP headers"],
    [{ headers: { "a b": "c" } }, "headers must be an object of HTTP headers"],
    [{ traces: false }, "traces must be an object, not false"],
    [{ logs: null }, "logs must be an object, not null"],
    [{ redaction: { headers: "x" } }, 'redaction.headers must be a list of names, not "x"'],
    [{ redaction: { queryParameters: ["a", "(?=)"] } }, "redaction.queryParameters must be a list of names"],
    [{ bindings: { MAIL: "SendEmail" } }, 'bindings.MAIL must be an object, not "SendEmail"'],
    [{ bindings: { MAIL: { type: 1 } } }, "bindings.MAIL.type must be the name of a class, not 1"],
    [{ propagation: null }, "propagation must be an object, not null"],
    [
      { resource: { region: { name: "weur" } } },
      'resource.region must be text, a number, true or false, or a list of them, not {"name":"weur"}',
    ],
    [{ resource: { regions: ["weur", null] } }, "resource.regions"],
    [{ bindings: { QUEUE: null } }, "bindings.QUEUE must be an object, not null"],
    [{ bindings: { QUEUE: { resource: 1 } } }, "bindings.QUEUE.resource must be a name, not 1"],
    [{ traces: { headSamplingRate: 1.1 } }, "traces.headSamplingRate must be a number from 0 to 1, not 1.1"],
    [
      { traces: { headSamplingRate: Number.NaN } },
      "traces.headSamplingRate must be a number from 0 to 1, not NaN",
    ],
    [{ logs: { headSamplingRate: "1" } }, 'logs.headSamplingRate must be a number from 0 to 1, not "1"'],
    [{ logs: { enabled: "yes" } }, "logs.enabled must be true or false"],
    [{ propagation: { incoming: "drop" } }, 'propagation.incoming must be "continue", "link" or "ignore"'],
    [{ propagation: { exclude: "a.test" } }, "propagation.exclude must be a list"],
    [{ propagation: { rpc: [""] } }, "propagation.rpc must be a list"],
    [{ inFlight: "yes" }, "inFlight must be true or false"],
    [{ sendDelayMs: 60_000 }, "sendDelayMs must be milliseconds from 0 to 1000, not 60000"],
    [{ sendDelayMs: "5" }, "sendDelayMs must be milliseconds"],
    [{ maxSpansPerInvocation: 0 }, "maxSpansPerInvocation must be a number from 1 on"],
  ])("%o", (wrong, message) => {
    expect(() => readConfig({ serviceName: "a", ...(wrong as object) })).toThrow(message);
  });
});
