// Requests share transactions, fail apart, and are told to wait when too many have come.

import { expect, test } from "vitest";
import { newSpan, request } from "../records.fixture.ts";
import { type Store, StoreUnavailableError, type WriteRequest, type WriteResult } from "../store/store.ts";
import { BusyError, GroupCommit } from "./group-commit.ts";

const result: WriteResult = { spans: 1, logs: 0, traceIds: [], entries: [], positions: [] };

/** A store of which only `write` is there. */
const storeThat = (write: (requests: readonly WriteRequest[]) => Promise<WriteResult>) =>
  ({ write }) as unknown as Store;

const one = () => request({ spans: [newSpan()] });

test("what arrives during a transaction shares the next", async () => {
  const groups: number[] = [];
  let release = () => {};
  const commits = new GroupCommit(
    storeThat(async (requests) => {
      groups.push(requests.length);
      if (groups.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return result;
    }),
    () => {},
  );
  const first = commits.submit(one(), 1, 10);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const rest = [
    commits.submit(one(), 1, 10),
    commits.submit(one(), 8000, 10),
    commits.submit(one(), 8000, 10),
  ];
  release();
  await Promise.all([first, ...rest]);
  expect(groups).toEqual([1, 2, 1]);
});

test("one request that cannot be stored fails alone", async () => {
  const bad = one();
  const commits = new GroupCommit(
    storeThat(async (requests) => {
      if (requests.includes(bad)) throw new StoreUnavailableError("bad");
      return result;
    }),
    () => {},
  );
  const outcomes = await Promise.allSettled([one(), bad, one()].map((sent) => commits.submit(sent, 1, 10)));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  await commits.idle();
});

test("too much waiting is refused at once, one large request is not", async () => {
  const commits = new GroupCommit(
    storeThat(async () => result),
    () => {},
  );
  const large = commits.submit(one(), 1_000_000, 10);
  await expect(commits.submit(one(), 1, 10)).rejects.toBeInstanceOf(BusyError);
  await large;
  await commits.submit(one(), 1, 10);
});
