import type { Declaration } from "../../case.ts";
import { INVOCATION, type LogLine } from "../../tree.ts";

const info = (message: unknown): LogLine => ({ level: "info", message });

export default {
  beyond: [
    {
      span: INVOCATION,
      because: "semantics.md: structured values are kept as values; the runtime loses what JSON cannot say",
      logs: [
        info([null, null]),
        info([Number.NaN, Number.POSITIVE_INFINITY, -0]),
        info(5),
        info(["1970-01-01T00:00:00.000Z", "/pattern/g", "http://host/path"]),
        info([{ key: 1 }, { 0: "item" }]),
        info({ name: "circular", self: "[Circular]" }),
        info("by toJSON"),
        info({ error: "Error: nested in an object" }),
        info([]),
      ],
    },
  ],
} satisfies Declaration;
