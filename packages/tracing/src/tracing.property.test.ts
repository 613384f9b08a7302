// Random programs: what is recorded of one is what the model of semantics.md says, and the program notices nothing. The
// conformance suite runs the same programs on every runtime, and on workerd's own tracing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyProgram } from "../../../conformance/programs/generate.ts";
import { OURS, predict, renderUnordered } from "../../../conformance/programs/predict.ts";
import { type Api, runProgram } from "../../../conformance/programs/run.ts";
import { INVOCATION, type LogLine, type SpanNode, type Status } from "../../../conformance/tree.ts";
import { captureConsole } from "./logs.ts";
import { active, tracing } from "./process.ts";
import { plainValue, type RecordedSpan, type Recording, record } from "./recorder.fixture.ts";

const STATUS_CODES: Status["code"][] = ["unset", "ok", "error"];

test("a program records what the model says", async () => {
  const print = { ...console };
  for (const level of ["debug", "info", "log", "warn", "error"] as const) console[level] = () => {};
  captureConsole(console, active);
  try {
    await fc.assert(
      fc.asyncProperty(anyProgram, async (program) => {
        const expected = predict(program, OURS);
        const { root, result, logs } = await record((context) =>
          runProgram(program, tracing as Api, context),
        );
        if (root === undefined) throw new Error("nothing was recorded");
        expect(result.status === "fulfilled" ? result.value : []).toEqual([]);
        expect(result.status).toBe(expected.isUncaught ? "rejected" : "fulfilled");
        expect(renderUnordered(nodeOf(root, logs))).toBe(renderUnordered(expected.root));
      }),
      { numRuns: 500 },
    );
  } finally {
    Object.assign(console, print);
  }
});

function nodeOf(span: RecordedSpan, logs: Recording<unknown>["logs"]): SpanNode {
  const { "cloudflare.outcome": _, ...attributes } = span.attributes as SpanNode["attributes"];
  const { code, message } = span.status;
  return {
    name: span.name === "root" ? INVOCATION : span.name,
    attributes,
    status: { code: STATUS_CODES[code] ?? "unset", ...(message !== "" && { message }) },
    exceptions: span.events.map(({ attributes: facts }) => ({
      type: String(facts["exception.type"] ?? ""),
      message: String(facts["exception.message"] ?? ""),
      stack: facts["exception.stacktrace"] !== undefined,
    })),
    logs: logs
      .filter(({ spanId }) => spanId === span.wire.spanId)
      .map(({ severityText, body }) => ({
        level: severityText.toLowerCase() as LogLine["level"],
        message: body && plainValue(body),
      })),
    children: span.children.map((child) => nodeOf(child, logs)),
  };
}
