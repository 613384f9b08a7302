// The example of tests for spans, run as its README says: in Vitest and in node:test, with the built package. What a
// failing assertion prints is checked as text, since that is what a developer gets to see.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const example = join(root, "examples/testing");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

interface Run {
  code: number;
  output: string;
}

/** Runs Node in the example's folder, as nobody's child: without this Vitest's own variables. */
function runNode(...args: string[]): Promise<Run> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^(VITEST|NODE_OPTIONS|NODE_TEST|FORCE_COLOR|TEST$)/.test(key),
    ),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: example, env: { ...env, NO_COLOR: "1" }, timeout: 60_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

const runVitest = (dir: string) => runNode(vitest, "run", "--dir", dir);
const runNodeTest = (file: string) => runNode("--import", "@enterspan/tracing/register", "--test", file);

const recorded = `  root
    handleOrder  order.id="17"
      kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17" cloudflare.kv.query.type="json"
`;
const fetchLine =
  'fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200';

const wrongAttribute = `No span is like this:
    { name: "calculateTotal", attributes: { "item.count": 3 } }

The nearest:
    root > handleOrder > calculateTotal
      attribute item.count: expected 3, recorded 2

Recorded:
${indented(recorded)}        calculateTotal  item.count=2
        ${fetchLine}
`;

describe("in Vitest", () => {
  it("passes", async () => {
    const { code, output } = await runVitest("test");
    expect(output).toMatch(/Tests +2 passed/);
    expect(code).toBe(0);
  });

  it("fails with what was expected, what was recorded and the test's own line", async () => {
    const { code, output } = await runVitest("failing");
    expect(code).toBe(1);
    expect(output).toContain(`Error: expect(trace).toHaveSpan(expected)\n\n${wrongAttribute}`);
    expect(output).toContain(`Error: expect(trace).toMatchTree(expected)

- expected  + recorded

${recorded}-     d1_first
      calculateTotal  item.count=2
-     fetch [error]
+     ${fetchLine}
 ❯ failing/orders.vitest.ts:`);
  });
});

describe("in node:test", () => {
  it("passes, and ends as soon as the tests have", async () => {
    const { code, output } = await runNodeTest("test/orders.node.ts");
    expect(output).toMatch(/pass 2\b/);
    expect(code).toBe(0);
  });

  it("fails with what was expected, what was recorded and the test's own line", async () => {
    const { code, output } = await runNodeTest("failing/orders.node.ts");
    expect(code).toBe(1);
    // The runner indents what it prints.
    const text = output.replace(/^ {2}/gm, "");
    expect(text).toContain(`AssertionError]: assertSpan(trace, expected)\n\n${wrongAttribute}`);
    expect(text).toContain(`AssertionError]: assertTree(trace, expected)

- expected  + recorded

${recorded}      calculateTotal  item.count=2
      ${fetchLine}
-       connect

    at TestContext`);
    expect(text).not.toContain("tracing/dist");
  });
});

it("has types that agree with those of @cloudflare/workers-types and of Vitest", async () => {
  const { code, output } = await runNode(join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  expect({ code, output }).toEqual({ code: 0, output: "" });
});

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
