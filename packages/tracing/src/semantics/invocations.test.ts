// Invocations (semantics.md, "Invocations and root spans"): each has an id, which ties its spans to it. The rest is tested
// in invocation.test.ts, in instrument/ and by the conformance cases.
import { expect, test } from "vitest";
import { tracing } from "../process.ts";
import { type Recording, record } from "../recorder.fixture.ts";

function invocationIds({ spans }: Recording<unknown>): unknown[] {
  return spans.map(({ attributes }) => attributes.find(({ key }) => key === "faas.invocation_id")?.value);
}

test("every span carries its invocation's id, and no other invocation's", async () => {
  const program = () => tracing.enterSpan("a", () => tracing.enterSpan("b", () => {}));
  const [one, other] = await Promise.all([record(program), record(program)]);
  const [ids, others] = [invocationIds(one), invocationIds(other)];
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(ids).toEqual(Array(3).fill({ stringValue: expect.stringMatching(uuid) }));
  expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(1);
  expect(others[0]).not.toEqual(ids[0]);
});
