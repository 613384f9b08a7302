// Destinations through Cloudflare's own client: made, listed, changed, deleted, and with secrets that stay inside.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { encodeTracesJson } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { describe, expect, expectTypeOf, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { newDestination, Receiver } from "../forward/receiver.fixture.ts";
import type { Backend, BackendOptions } from "../index.ts";
import { newSpan, traces } from "../records.fixture.ts";
import type { DestinationResult } from "./destination-routes.ts";

const account_id = "any";
const SECRET = "Bearer s3cr3t-token";

type DestinationListResponse = Cloudflare.Workers.Observability.DestinationListResponse;
type Configuration = Cloudflare.Workers.Observability.DestinationCreateParams.Configuration;

function configuration(url: string, more: Partial<Configuration> = {}): Configuration {
  return {
    type: "logpush",
    url,
    headers: { authorization: SECRET },
    logpushDataset: "opentelemetry-traces",
    ...more,
  };
}

const clientOf = (backend: Backend) =>
  new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 }).workers.observability
    .destinations;

async function setUp(options: Partial<BackendOptions> = {}) {
  const receiver = await Receiver.start();
  const dataDir = temporaryDirectory();
  const backend = await startedBackend({ dataDir, forwardRetry: { firstMs: 1, maxMs: 5 }, ...options });
  return { receiver, dataDir, backend, destinations: clientOf(backend), url: `${receiver.url}/v1/traces` };
}

async function listed(destinations: ReturnType<typeof clientOf>) {
  const found: DestinationListResponse[] = [];
  for await (const destination of destinations.list({ account_id })) found.push(destination);
  return found;
}

test("answers are assignable to the declarations", () => {
  expectTypeOf<DestinationResult>().toExtend<Cloudflare.Workers.Observability.DestinationCreateResponse>();
  expectTypeOf<DestinationResult>().toExtend<Cloudflare.Workers.Observability.DestinationUpdateResponse>();
  expectTypeOf<DestinationResult>().toExtend<DestinationListResponse>();
  expectTypeOf<DestinationResult>().toExtend<Cloudflare.Workers.Observability.DestinationDeleteResponse>();
});

test("a destination is made, gets telemetry, is changed, outlives a restart, and is deleted", async () => {
  const { receiver, dataDir, backend, destinations, url } = await setUp();
  const made = await destinations.create({
    account_id,
    name: "Far Away",
    enabled: true,
    configuration: configuration(url),
  });
  expect(made).toMatchObject({
    name: "Far Away",
    slug: "far-away",
    enabled: true,
    scripts: [],
    configuration: { url, logpushDataset: "opentelemetry-traces", type: "logpush" },
  });
  expect(receiver.asked).toBe(1); // The empty request that tries it.

  backend.route("shop", { traces: { destinations: ["Far Away"] } });
  await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "one" })])));
  await receiver.until(() => receiver.spanNames.length === 1);
  expect(receiver.taken.at(-1)?.headers.authorization).toBe(SECRET);
  const [shown] = await listed(destinations);
  expect(shown).toMatchObject({ slug: "far-away", scripts: ["shop"] });
  expect(shown?.configuration.headers).toEqual({ authorization: "********" });
  expect(shown?.configuration.jobStatus.last_complete).toMatch(/^\d{4}-.*Z$/);

  // What `list` shows of a header means: as it is.
  await destinations.update("far-away", {
    account_id,
    enabled: true,
    configuration: {
      type: "logpush",
      url,
      headers: { authorization: "********", "x-new": "1" },
    },
  });
  await backend.close();
  const again = await startedBackend({
    dataDir,
    routes: { shop: { traces: { destinations: ["far-away"] } } },
  });
  await post(again, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "two" })])));
  await receiver.until(() => receiver.spanNames.length === 2);
  expect(receiver.taken.at(-1)?.headers).toMatchObject({ authorization: SECRET, "x-new": "1" });

  await clientOf(again).delete("far-away", { account_id });
  expect(await listed(clientOf(again))).toEqual([]);
  expect(() => statSync(join(dataDir, "forward/far-away"))).toThrow(/ENOENT/);
  await post(again, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "three" })])));
  expect(receiver.spanNames).toEqual(["one", "two"]);
});

test("a change of address reaches what waits already, and one that is off sends nothing", async () => {
  // Nobody would try again by himself.
  const forwardRetry = { firstMs: 600_000, maxMs: 600_000 };
  const { receiver, backend, destinations } = await setUp({ forwardRetry });
  const gone = "http://127.0.0.1:1/v1/traces";
  await destinations.create({
    account_id,
    name: "far",
    enabled: true,
    skipPreflightCheck: true,
    configuration: configuration(gone),
  });
  backend.route("shop", { traces: { destinations: ["far"] } });
  await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "patient" })])));
  await expect
    .poll(async () => {
      const [{ configuration: shown }] = (await listed(destinations)) as [DestinationListResponse];
      return shown.jobStatus.error_message;
    })
    .not.toBe("");
  const update = (url: string, enabled: boolean) =>
    destinations.update("far", { account_id, enabled, configuration: configuration(url) });
  await update(gone, false);
  await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "while off" })])));
  await update(`${receiver.url}/v1/traces`, true);
  await receiver.until(() => receiver.spanNames.length === 1);
  expect(receiver.spanNames).toEqual(["patient"]);
});

test("lists in order and in pages", async () => {
  const { destinations, url } = await setUp();
  for (const name of ["a", "b", "c"]) {
    await destinations.create({
      account_id,
      name,
      enabled: true,
      skipPreflightCheck: true,
      configuration: configuration(url),
    });
    // Times are milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const slugs = async (query: object) =>
    (await destinations.list({ account_id, ...query })).result.map(({ slug }) => slug);
  expect(await slugs({})).toEqual(["c", "b", "a"]);
  expect(await slugs({ order: "asc" })).toEqual(["a", "b", "c"]);
  expect(await slugs({ order: "asc", page: 2, perPage: 2 })).toEqual(["c"]);
  await destinations.update("a", { account_id, enabled: false, configuration: configuration(url) });
  expect(await slugs({ orderBy: "updated" })).toEqual(["a", "c", "b"]);
});

describe("what is refused, and why", () => {
  test("one that does not take an empty request, unless asked to skip that", async () => {
    const { receiver, destinations, url } = await setUp();
    receiver.answer = () => ({ status: 401, body: `{"message":"not with ${SECRET}"}` });
    const create = (skipPreflightCheck: boolean) =>
      destinations.create({
        account_id,
        name: "far",
        enabled: true,
        skipPreflightCheck,
        configuration: configuration(url),
      });
    await expect(create(false)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/HTTP 401: not with ….*skipPreflightCheck/),
    });
    expect(await listed(destinations)).toEqual([]);
    await create(true);
    await expect(create(true)).rejects.toMatchObject({ status: 409 });
    expect(await listed(destinations)).toHaveLength(1);
  });

  test.each([
    [
      "configuration.url: must be an http(s) URL without user",
      { url: "https://me:pass@far.example/v1/traces" },
    ],
    ["configuration.url: must be an http(s) URL", { url: "https://far.example/v1/traces?key=pass" }],
    ["configuration.url: must be an http(s) URL", { url: "file:///etc/pass" }],
    ["configuration.headers: content-type is set by this server", { headers: { "content-type": "pass" } }],
    ["configuration.headers: x-key is not a valid HTTP header", { headers: { "x-key": "pass\nword" } }],
    ["this server has no metrics", { logpushDataset: "opentelemetry-metrics" as const }],
  ])("%s", async (message, fields) => {
    const { destinations, url } = await setUp();
    const attempt = destinations.create({
      account_id,
      name: "far",
      enabled: true,
      configuration: configuration(url, fields),
    });
    const error: Error = await attempt.then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining(message) });
    expect(error.message).not.toContain("pass");
  });

  test("changing one that is defined elsewhere, and one that is not there", async () => {
    const { destinations, url } = await setUp({
      destinations: [newDestination("fixed", { endpoint: "http://127.0.0.1:1" })],
    });
    const configured = configuration(url);
    await expect(destinations.delete("fixed", { account_id })).rejects.toMatchObject({ status: 409 });
    await expect(
      destinations.update("fixed", { account_id, enabled: true, configuration: configured }),
    ).rejects.toMatchObject({ status: 409, message: expect.stringContaining("settings file") });
    await expect(destinations.delete("none", { account_id })).rejects.toMatchObject({ status: 404 });
    await expect(
      destinations.create({ account_id, name: "Fixed", enabled: true, configuration: configured }),
    ).rejects.toMatchObject({ status: 409 });
  });
});

test("secrets lie in one file, which only its owner may read, and nowhere else", async () => {
  const { dataDir, backend, destinations, url } = await setUp();
  await destinations.create({ account_id, name: "far", enabled: true, configuration: configuration(url) });
  const file = join(dataDir, "destinations.json");
  expect(readFileSync(file, "utf8")).toContain(SECRET);
  expect(statSync(file).mode & 0o077).toBe(0);
  const api = `${backend.url}/client/v4/accounts/any/workers/observability/destinations`;
  const answers = [
    await (await fetch(api)).text(),
    await (await fetch(`${backend.url}/api/destinations`)).text(),
  ];
  expect(answers.join()).not.toContain("s3cr3t");
});
