import { expect, it } from "vitest";
import { completed } from "./completed.ts";

it.each([
  ["serv|", 0, 4, { kind: "key", text: "service" }, "service:|"],
  ["service:sh|", 8, 10, { kind: "value", text: "shop" }, "service:shop |"],
  ["service:sh| status:error", 8, 10, { kind: "value", text: "shop" }, "service:shop |status:error"],
  ["dur|:x", 0, 3, { kind: "key", text: "duration" }, "duration:|x"],
  ["duration|", 0, 8, { kind: "operator", text: "duration>" }, "duration>|"],
  ["a |", 2, 2, { kind: "word", text: "or" }, "a or |"],
])("%s", (before, from, to, item, after) => {
  const { text, cursor } = completed(before.replace("|", ""), { from, to }, item);
  expect(`${text.slice(0, cursor)}|${text.slice(cursor)}`).toBe(after);
});
