// Every method that Cloudflare's client has for observability reaches a route of this server. What each does is tested beside
// its route.

import Cloudflare from "cloudflare";
import { expect, test } from "vitest";
import { startedBackend } from "../backend.fixture.ts";

type Method = (...parameters: unknown[]) => Promise<unknown>;

const account_id = "any";
const timeframe = { from: 1, to: Date.now() };
const parameters = {};

/** What to ask each with; a method that is not here is new in the client. */
const ASKED: Record<string, unknown[]> = {
  "telemetry.keys": [{ account_id }],
  "telemetry.liveTail": [{ account_id }],
  "telemetry.liveTailHeartbeat": [{ account_id, scriptId: "shop" }],
  "telemetry.query": [{ account_id, queryId: "q", timeframe, parameters }],
  "telemetry.values": [{ account_id, key: "a", type: "string", timeframe, datasets: [] }],
  "queries.create": [{ account_id, name: "q", description: null, parameters }],
  "queries.list": [{ account_id }],
  "sharedQueries.create": [{ account_id, queryId: "q", timeframe, parameters }],
  "sharedQueries.get": ["none", { account_id }],
  "destinations.create": [{ account_id, name: "far", enabled: false, configuration: {} }],
  "destinations.update": ["none", { account_id, enabled: false, configuration: {} }],
  "destinations.list": [{ account_id }],
  "destinations.delete": ["none", { account_id }],
};

/** Its own and those of the class that it extends. */
function methodsOf(resource: object): string[] {
  const methods = new Set<string>();
  for (let at = Object.getPrototypeOf(resource); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") methods.add(name);
  }
  return [...methods];
}

test("every method of the client reaches a route", async () => {
  const backend = await startedBackend();
  const client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
  const { observability } = client.workers;
  const reached: string[] = [];
  for (const [name, resource] of Object.entries(observability)) {
    if (name.startsWith("_")) continue;
    for (const method of methodsOf(resource)) {
      const call = `${name}.${method}`;
      const answer = (resource as Record<string, Method>)[method]?.(...(ASKED[call] ?? [{ account_id }]));
      const said = await Promise.resolve(answer).then(JSON.stringify, String);
      expect(said, call).not.toContain("is no route of this server");
      reached.push(call);
    }
  }
  expect(reached.sort()).toEqual(Object.keys(ASKED).sort());
});
