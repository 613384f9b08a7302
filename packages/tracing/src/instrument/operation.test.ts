// The one wrapper of platform calls: what goes wrong in describing a call is not the program's, and what is not recorded is
// not described. What each operation tells is tested with its binding.
import { expect, it } from "vitest";
import { tracing } from "../process.ts";
import { record, testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";
import { annotate, seeResults, traceMethod, traceOperation } from "./operation.ts";

const { runtime } = testRuntime();
const UNSAMPLED = { traces: { enabled: true, headSamplingRate: 0 } };
const fails = (): never => {
  throw new Error("of ours");
};

/** A platform's object, and how often its calls were described. */
function traced(describe: () => void = () => {}) {
  const platform = { call: (n: number) => n + 1 };
  const described: string[] = [];
  traceMethod(runtime, platform, "call", () => {
    described.push("call");
    describe();
    return {
      name: "call",
      attributes() {
        described.push("attributes");
        return { told: true };
      },
    };
  });
  return { platform, described };
}

it("describes a call that is recorded, and one that is not it leaves alone", async () => {
  const { platform, described } = traced();
  expect(platform.call(1)).toBe(2);
  const unsampled = await record(() => platform.call(2), UNSAMPLED);
  expect([unsampled.result, described]).toEqual([{ status: "fulfilled", value: 3 }, []]);
  const { root } = await record(() => platform.call(3));
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([{ told: true }]);
  expect(described).toEqual(["call", "attributes"]);
});

it("makes a call without a span where describing it fails, and one that tells nothing where its attributes do", async () => {
  const { platform } = traced(fails);
  const silent = await record(() => platform.call(1));
  expect([silent.result, silent.root?.children]).toEqual([{ status: "fulfilled", value: 2 }, []]);
  const bare = await record(() => traceOperation(runtime, { name: "bare", attributes: fails }, () => 1));
  expect(bare.result).toEqual({ status: "fulfilled", value: 1 });
  expect(bare.root?.children.map(({ name, attributes }) => [name, attributes])).toEqual([["bare", {}]]);
});

it("gives a result that it fails to look at", () => {
  const platform = { make: () => "made" };
  seeResults(platform, "make", fails);
  expect(platform.make()).toBe("made");
});

it("leaves it to the runtime to say how a call failed that the runtime tells of itself, on the same span", async () => {
  const call = () =>
    tracing.enterSpan("d1_run", (span) => {
      span.setAttribute("error.type", "the runtime's");
      throw new RangeError("failed");
    });
  const { root } = await record(() =>
    traceOperation(runtime, { name: "d1_run", attributes: () => ({}) }, call),
  );
  expect(root?.children.map(({ attributes, children }) => [attributes, children])).toEqual([
    [{ "error.type": "the runtime's" }, []],
  ]);
});

it("asks for no attributes of a root that is not recorded", () => {
  const asked: string[] = [];
  const { root } = testRuntime(UNSAMPLED).runtime.begin({ name: "root", kind: SERVER });
  annotate(root, () => {
    asked.push("asked");
    return {};
  });
  expect(asked).toEqual([]);
});
