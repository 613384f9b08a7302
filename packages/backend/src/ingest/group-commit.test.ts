// Requests share transactions, fail apart, are acknowledged by the journal while the store is busy, and are told to wait
// when too many have come.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { encodeTracesProtobuf } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../backend.fixture.ts";
import { newSpan, request, traces } from "../records.fixture.ts";
import { type Store, StoreUnavailableError, type WriteRequest, type WriteResult } from "../store/store.ts";
import { BusyError } from "./busy-error.ts";
import { GroupCommit } from "./group-commit.ts";
import { Journal } from "./journal.ts";
import { accepted } from "./receive.ts";
import { Unreadable } from "./unreadable.ts";
import type { Submission } from "./waiting.ts";

const NOTHING_UNREADABLE = new Unreadable("", expect.unreachable);

type Write = (requests: readonly WriteRequest[]) => Promise<void>;

interface Setup {
  commits: GroupCommit;
  journal: Journal;
  faults: unknown[];
}

/** On a store of which only writing is there. */
function commitsTo(write: Write, dataDir = temporaryDirectory(), bulkSpans = 1_000_000): Setup {
  const result: WriteResult = { spans: 1, logs: 0, traceIds: [], entries: [], positions: [] };
  const store = {
    bulkSpans,
    write: async (requests: readonly WriteRequest[]) => {
      await write(requests);
      return result;
    },
  } as unknown as Store;
  const journal = Journal.open(dataDir);
  const faults: unknown[] = [];
  const commits = new GroupCommit(
    store,
    journal,
    () => {},
    (error) => faults.push(error),
  );
  onTestFinished(async () => {
    await commits.close();
    await journal.close();
  });
  return { commits, journal, faults };
}

const one = (records = 1): Submission => ({ request: request({ spans: [newSpan()] }), records, bytes: 10 });

/** With what the journal makes it of again. */
function journalable(spans = 1): Submission {
  const body = encodeTracesProtobuf(traces(Array.from({ length: spans }, () => newSpan())));
  const entry = { signal: "traces", encoding: "protobuf", records: spans, body } as const;
  return { request: accepted(entry).request, records: spans, bytes: body.length, entry };
}

/** A store that does not answer before it is let. */
function gated(): { write: Write; open: () => void; groups: WriteRequest[][] } {
  const gate = Promise.withResolvers<void>();
  const groups: WriteRequest[][] = [];
  return {
    groups,
    open: gate.resolve,
    write: (requests) => {
      groups.push([...requests]);
      return gate.promise;
    },
  };
}

const turns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const spansIn = (requests: readonly WriteRequest[]) =>
  requests.reduce((sum, { spans }) => sum + (spans?.rows ?? 0), 0);

test("what arrives during a transaction shares the next", async () => {
  const { write, open, groups } = gated();
  const { commits } = commitsTo(write);
  const first = commits.submit(one());
  await turns();
  const rest = [one(), one(8000), one(8000)].map((submission) => commits.submit(submission));
  open();
  await Promise.all([first, ...rest]);
  expect(groups.map(({ length }) => length)).toEqual([1, 2, 1]);
});

test("one request that cannot be stored fails alone", async () => {
  const bad = one();
  const { commits } = commitsTo(async (requests) => {
    if (requests.includes(bad.request)) throw new StoreUnavailableError("bad");
  });
  const outcomes = await Promise.allSettled([one(), bad, one()].map((sent) => commits.submit(sent)));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("too much waiting is refused at once, one large request is not", async () => {
  const { commits } = commitsTo(async () => {});
  const large = commits.submit(one(1_000_000));
  await expect(commits.submit(one())).rejects.toBeInstanceOf(BusyError);
  await large;
  await commits.submit(one());
});

test("while the store is busy the journal acknowledges, and is empty when the store has caught up", async () => {
  const dataDir = temporaryDirectory();
  const { write, open } = gated();
  const { commits, journal } = commitsTo(write, dataDir);
  const first = await commits.submit(journalable());
  const second = await commits.submit(journalable());
  let settled = 0;
  for (const { settled: stored } of [first, second]) void stored.then(() => settled++);
  await turns();
  expect(settled).toBe(0);
  open();
  await Promise.all([first.settled, second.settled]);
  await journal.close();
  expect(await leftIn(dataDir)).toBe(0);
});

test("who asks for what the journal has acknowledged waits until the store has it", async () => {
  const { write, open } = gated();
  const { commits } = commitsTo(write);
  await commits.caughtUp();
  await commits.submit(journalable());
  let isCaughtUp = false;
  const caughtUp = commits.caughtUp().then(() => {
    isCaughtUp = true;
  });
  await turns();
  expect(isCaughtUp).toBe(false);
  open();
  await caughtUp;
  expect(commits.waiting.records).toBe(0);
});

test("what the journal acknowledged is stored after a crash", async () => {
  const dataDir = temporaryDirectory();
  const { write, open } = gated();
  const { commits, journal } = commitsTo(write, dataDir);
  onTestFinished(open);
  await Promise.all([3, 5].map((spans) => commits.submit(journalable(spans))));
  await journal.close();
  // The process is gone; the next one begins with what lies on the disk.
  const stored: number[] = [];
  const next = commitsTo(async (requests) => void stored.push(spansIn(requests)), dataDir);
  for await (const left of next.journal.left(accepted, NOTHING_UNREADABLE)) {
    const recalled = left.map(({ content: { request, accepted: records }, journaled }) =>
      next.commits.recall({ request, records, bytes: 1 }, journaled),
    );
    await Promise.all(recalled);
  }
  expect(stored).toEqual([8]);
  await next.journal.close();
  expect(await leftIn(dataDir)).toBe(0);
});

test("a store that is away gets what was acknowledged when it is back", async () => {
  let isAway = true;
  const begun = Promise.withResolvers<void>();
  const failure = Promise.withResolvers<void>();
  const { commits, faults } = commitsTo(async () => {
    begun.resolve();
    if (!isAway) return;
    await failure.promise;
    throw new StoreUnavailableError("away");
  });
  const { settled } = await commits.submit(journalable());
  await begun.promise;
  failure.resolve();
  await settled;
  // Not acknowledged yet, so it can be refused.
  await expect(commits.submit(one())).rejects.toThrow("away");
  expect(commits.waiting.records).toBe(1);
  isAway = false;
  await commits.submit(one());
  await commits.close();
  expect(commits.waiting).toEqual({ records: 0, bytes: 0 });
  expect(faults).toEqual([]);
});

test("a request that the store never takes stays in the journal, and nobody waits for it", async () => {
  const dataDir = temporaryDirectory();
  const { write, open } = gated();
  const bad = journalable();
  const { commits, journal, faults } = commitsTo(async (requests) => {
    await write(requests);
    if (requests.includes(bad.request)) throw new StoreUnavailableError("bad");
  }, dataDir);
  const all = await Promise.all([journalable(), bad, journalable()].map((sent) => commits.submit(sent)));
  open();
  await Promise.all(all.map(({ settled }) => settled));
  await commits.close();
  expect(String(faults[0])).toContain("1 acknowledged requests could not be stored");
  await journal.close();
  expect(await leftIn(dataDir)).toBeGreaterThan(0);
});

test("a store that falls behind gets a bulk of exactly the size that it likes", async () => {
  const { write, open, groups } = gated();
  const { commits, journal } = commitsTo(write, temporaryDirectory(), 50_000);
  const sent = [1, ...Array.from({ length: 130 }, () => 997)].map((spans) => journalable(spans));
  const durable = await Promise.all(sent.map((submission) => commits.submit(submission)));
  open();
  await Promise.all(durable.map(({ settled }) => settled));
  const sizes = groups.map(spansIn);
  expect(sizes.filter((size) => size === 50_000)).toHaveLength(2);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1 + 130 * 997);
  const ids = groups.flat().flatMap(({ spans }) => {
    return Array.from({ length: spans?.rows ?? 0 }, (_, row) =>
      spans?.words.slice(row * 27, row * 27 + 6).join(),
    );
  });
  expect(new Set(ids).size).toBe(1 + 130 * 997);
  await journal.close();
});

/** Entries that a start would find. */
async function leftIn(dataDir: string): Promise<number> {
  expect(readdirSync(join(dataDir, "journal"))).toContain("cursor.json");
  const journal = Journal.open(dataDir);
  let count = 0;
  for await (const left of journal.left(accepted, NOTHING_UNREADABLE)) count += left.length;
  await journal.close();
  return count;
}
