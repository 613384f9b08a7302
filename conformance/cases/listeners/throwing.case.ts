import type { Declaration, SpanDeviation } from "../../case.ts";
import { escapes } from "../../escape.ts";

/** The runtime tells only that the socket broke: of the root span, which it keeps open for that. */
const left = (path: string, logs: SpanDeviation["logs"] = []): SpanDeviation => ({
  span: "(invocation)",
  where: { "url.path": path },
  because:
    "the root span has left with its response; an error that no span of the listener's shows is logged",
  attributes: { "cloudflare.outcome": "ok" },
  status: { code: "unset" },
  exceptions: [],
  logs,
});

const logged = (message: string): SpanDeviation["logs"] => [
  { level: "error", message: `RangeError: ${message}`, exception: { type: "RangeError", message } },
];

export default {
  needs: ["hasWorkerd"],
  requests: [
    { path: "/thrown", message: "hello" },
    { path: "/in-span", message: "hello" },
    { path: "/rejected", message: "hello" },
  ],
  beyond: [
    left("/thrown", logged("thrown")),
    left("/in-span"),
    left("/rejected", logged("rejected")),
    escapes("inner", { type: "RangeError", message: "in a span" }),
  ],
} satisfies Declaration;
