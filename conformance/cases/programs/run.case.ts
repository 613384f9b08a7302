import type { Declaration } from "../../case.ts";
import type { Program } from "../../programs/program.ts";

/** One program of all kinds of steps; programs.test.ts makes up others. */
const program: Program = {
  leavesErrors: false,
  endsAll: true,
  body: [
    { do: "start", slot: 0, name: "started" },
    {
      do: "enter",
      name: "outer",
      isAsync: true,
      returns: "subclass",
      body: [
        { do: "pause", by: "timer" },
        { do: "note", on: "active", note: { set: "k", value: { as: "infinity" } } },
        {
          do: "parallel",
          branches: [
            [{ do: "callbackLater", via: "stream", body: [{ do: "start", slot: 1, name: "streamed" }] }],
            [{ do: "with", slot: 0, isAsync: true, body: [{ do: "start", slot: 1, name: "beside" }] }],
          ],
        },
        {
          do: "waitUntil",
          body: [
            { do: "pause", by: "timer" },
            { do: "start", slot: 2, name: "late" },
          ],
        },
      ],
    },
    { do: "log", level: "warn", text: "printed", on: 0 },
    { do: "end", on: 0 },
    { do: "startActive", slot: 1, name: "active", isAsync: false, body: [{ do: "end", on: "active" }] },
  ],
};

export default {
  compatibilityFlags: ["nodejs_compat"],
  requests: [{ path: "/", method: "POST", body: JSON.stringify(program) }],
} satisfies Declaration;
