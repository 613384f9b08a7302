import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const because =
  "semantics.md: an incoming traceparent is continued by default, which the runtime ignores locally";

const asked = (path: string, traceparent: string) => ({ path, headers: { traceparent } });

export default {
  requests: [
    asked("/sampled", `00-${TRACE}-00f067aa0ba902b7-01`),
    asked("/future", "cc-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"),
    asked("/zeros", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
    asked("/upper-case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
    asked("/forbidden-version", `ff-${TRACE}-00f067aa0ba902b7-01`),
    asked("/more-than-there-is", `00-${TRACE}-00f067aa0ba902b7-01-more`),
    asked("/nonsense", "nonsense"),
  ],
  beyond: [
    { request: "GET /sampled", because, body: '{"isContinued":true}' },
    { request: "GET /future", because, body: '{"isContinued":true}' },
    { span: INVOCATION, because, where: { "url.path": "/sampled" }, attributes: { "(orphan)": true } },
    { span: INVOCATION, because, where: { "url.path": "/future" }, attributes: { "(orphan)": true } },
  ],
} satisfies Declaration;
