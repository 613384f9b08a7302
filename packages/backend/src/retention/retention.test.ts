// A backend that is told how much to keep deletes the rest by itself, and says when it cannot.

import { encodeTracesJson } from "@enterspan/otlp";
import { expect, test, vi } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { startBackend } from "../index.ts";
import { newSpan, traces } from "../records.fixture.ts";
import type { Store } from "../store/store.ts";
import { Retention } from "./retention.ts";

test("what is older than the days to keep is gone when the backend has started", async () => {
  const dataDir = temporaryDirectory();
  const now = BigInt(Date.now()) * 1_000_000n;
  const day = 86_400_000_000_000n;
  const old = newSpan({ startTimeUnixNano: now - 3n * day });
  const recent = newSpan({ startTimeUnixNano: now - day });
  const keeping = await startBackend({ dataDir, port: 0 });
  await post(keeping, "/v1/traces", encodeTracesJson(traces([old, recent])));
  await keeping.close();
  const backend = await startedBackend({ dataDir, retention: { days: 2 } });
  const status = async (traceId: string) => (await fetch(`${backend.url}/api/traces/${traceId}`)).status;
  await expect.poll(() => status(old.traceId)).toBe(404);
  expect(await status(recent.traceId)).toBe(200);
});

test("a round that fails is told, and closing waits for the one under way", async () => {
  const faults: unknown[] = [];
  let fail = (_: Error) => {};
  const prune = () => new Promise((_, reject) => (fail = reject));
  const retention = new Retention({ prune } as unknown as Store, { maxBytes: 1 }, (fault) =>
    faults.push(fault),
  );
  const closing = retention.close();
  fail(new Error("disk full"));
  await closing;
  expect(faults).toEqual([new Error("disk full")]);
});

test("nothing is asked of the store without limits", async () => {
  const prune = vi.fn();
  await new Retention({ prune } as unknown as Store, {}, () => {}).close();
  expect(prune).not.toHaveBeenCalled();
});
