// setStatus takes unset, ok or error, the last one holds, and only an error keeps its message.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

const GOOD = {
  ok: { code: "ok" },
  okWithMessage: { code: "ok", message: "dropped" },
  error: { code: "error" },
  errorWithMessage: { code: "error", message: "kept" },
  emptyMessage: { code: "error", message: "" },
  numberAsMessage: { code: "error", message: 42 },
  nullAsMessage: { code: "error", message: null },
  unset: { code: "unset" },
};
const BAD = {
  unknown: { code: "nope" },
  number: { code: 2 },
  upperCase: { code: "OK" },
  missing: {},
  null: null,
  undefined: undefined,
  string: "ok",
};

export default {
  async fetch() {
    const entries = Object.entries({ ...GOOD, ...BAD }).map(([name, status]) =>
      tracing.enterSpan(name, (span) => {
        const set = span.setStatus.bind(span) as (status: unknown) => Span;
        return [name, attempt(() => set(status) === span)];
      }),
    );
    tracing.enterSpan("lastHolds", (span) => {
      span
        .setStatus({ code: "error", message: "first" })
        .setStatus({ code: "ok" })
        .setStatus({ code: "error" });
    });
    tracing.enterSpan("backToUnset", (span) => {
      span.setStatus({ code: "error", message: "first" }).setStatus({ code: "unset" });
    });
    return Response.json(Object.fromEntries(entries));
  },
} satisfies ExportedHandler;
