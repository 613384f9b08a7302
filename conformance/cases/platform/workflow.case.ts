import type { Declaration, SpanDeviation } from "../../case.ts";
import { documented } from "../../documented.ts";
import type { LogLine } from "../../tree.ts";

const workflow = { name: "WORKFLOW", type: "Workflow", overRpc: true } as const;
const instance = { ...workflow, attributes: { "cloudflare.workflow.instance_id": "one" } };

const because = "the engine calls over RPC, and is called so";
const NO_RPC = { "cloudflare.jsrpc.method": null, "jsrpc.operation": null, "jsrpc.target_kind": null };

const says = (...message: unknown[]): LogLine => ({ level: "info", message });

const step = (method: string, name: string, ...logs: LogLine[]): SpanDeviation => ({
  span: "jsRpcCall",
  where: { "jsrpc.method": method },
  because,
  name: `workflow_step_${method}`,
  attributes: { ...NO_RPC, "cloudflare.workflow.step.name": name },
  logs,
});

export default {
  bindings: { platform: ["WORKFLOW"] },
  invocations: 2,
  beyond: [
    ...documented(workflow, "create > workflow_create"),
    ...documented(workflow, "get > workflow_get"),
    ...documented(workflow, "missing > workflow_get", {}, { type: "Error", message: "instance.not_found" }),
    ...documented(instance, "status > workflow_instance_status"),
    ...documented(instance, "tell > workflow_instance_sendEvent"),
    {
      span: "(invocation)",
      where: { "jsrpc.method": "run" },
      because: "catalogue.json has workflows among the handlers",
      attributes: {
        "faas.trigger": "other",
        "cloudflare.jsrpc.method": null,
        "cloudflare.workflow.name": "flow",
        "cloudflare.workflow.instance_id": "one",
      },
      logs: [says("run", "one"), says("done", 2, "go")],
    },
    { span: "jsRpcCall", where: { "jsrpc.method": "run" }, because, dissolved: true },
    { span: "jsRpcCall", where: { "jsrpc.method": "(this)" }, because, dissolved: true },
    step("do", "count", says("attempt", 1), says("attempt", 2)),
    step("sleep", "nap"),
    step("waitForEvent", "word"),
  ],
} satisfies Declaration;
