import type { Declaration } from "../../case.ts";
import { escapes, fails, passes } from "../../escape.ts";
import { INVOCATION } from "../../tree.ts";

/** A request that the object is not made for: whose it was, a constructor cannot know. */
function unmade(name: string, message: string, isOnRoot: boolean) {
  const error = { type: "RangeError", message };
  const where = { "url.full": `http://object/${name}` };
  return [
    { ...fails("durable_object_subrequest > fetch", error), where },
    { ...passes(`${name} > durable_object_subrequest`, message), attributes: { "error.type": error.type } },
    {
      span: INVOCATION,
      where,
      because: "no event has reached the object yet; an error is recorded once, on the innermost span",
      alone: true as const,
      attributes: {
        "faas.trigger": "other",
        "http.request.method": null,
        "url.full": null,
        "url.path": null,
      },
      exceptions: isOnRoot ? [{ ...error, stack: true }] : [],
    },
  ];
}

export default {
  bindings: { objects: { OBJECTS: "Throwing", OTHERS: "Blocking" } },
  invocations: 4,
  beyond: [
    ...unmade("first", "not yet", false),
    escapes("migrate", { type: "RangeError", message: "not yet" }),
    ...unmade("third", "not ever", true),
  ],
} satisfies Declaration;
