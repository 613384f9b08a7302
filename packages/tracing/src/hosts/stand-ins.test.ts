// Modules of workerd's that have a stand-in resolve to it; of the others it is said where they can be had.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { standInFor } from "./stand-ins.ts";

it.each(["workers", "durable-objects", "email", "node", "pipelines", "sockets", "workflows"])(
  "cloudflare:%s has one",
  (name) => {
    expect(existsSync(fileURLToPath(standInFor(`cloudflare:${name}`)))).toBe(true);
  },
);

it("one that has none says so, with a code", () => {
  expect(() => standInFor("cloudflare:unheard-of")).toThrow(
    expect.objectContaining({
      code: "ERR_ONLY_ON_WORKERD",
      message: expect.stringMatching(/"cloudflare:unheard-of" is part of workerd.*enterspan dev/),
    }),
  );
});
