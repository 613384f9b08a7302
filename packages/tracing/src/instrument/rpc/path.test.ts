// What crosses with a call over RPC: the caller's span, whether it is sampled, the trace's state and baggage.
import { expect, it } from "vitest";
import { active } from "../../process.ts";
import { record } from "../../recorder.fixture.ts";
import type { Span } from "../../span.ts";
import { formatContext, parseContext, type RpcOperation } from "./path.ts";

const TRACE = "a".repeat(32);

async function crossed(sampled: boolean, operation: RpcOperation, incoming: "continue" | "link" | "ignore") {
  const parent = { traceId: TRACE, spanId: "b".repeat(16), sampled, traceState: "k=v" };
  const { result } = await record(
    () => {
      const span = active.getStore() as Span;
      return { text: formatContext(span, operation), spanId: span.spanContext().spanId };
    },
    {},
    { context: { parent, baggage: "bag=1" } },
  );
  if (result.status === "rejected") throw result.reason;
  const { text, spanId } = result.value;
  return { ...parseContext(text, incoming), spanId };
}

it.each([true, false])("comes as it went, sampled: %s", async (sampled) => {
  const { operation, from, spanId } = await crossed(sampled, "call", "continue");
  expect(operation).toBe("call");
  expect(from).toEqual({ parent: { traceId: TRACE, spanId, sampled, traceState: "k=v" }, baggage: "bag=1" });
});

it("says whether a member is called or read", async () => {
  expect((await crossed(true, "getProperty", "continue")).operation).toBe("getProperty");
});

it("is only linked, or ignored, where the configuration says so", async () => {
  const { from, spanId } = await crossed(true, "call", "link");
  expect(from).toMatchObject({ links: [{ traceId: TRACE, spanId }] });
  expect(from).not.toHaveProperty("parent");
  expect((await crossed(true, "call", "ignore")).from).toEqual({});
});
