// What doctor makes of versions, clocks and disks, without a process for each.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lookAtClock, lookAtDataDir } from "./machine.ts";
import { lookAtNode } from "./project.ts";

it.each([
  ["20.19.0", "fail"],
  ["22.11.9", "fail"],
  ["22.12.0", "ok"],
  ["24.1.0", "ok"],
])("finds Node %s to be %s", (version, level) => {
  expect(lookAtNode(version).level).toBe(level);
});

const NOW = Date.UTC(2026, 10, 26, 12);

it.each([
  ["the same second", 0, "ok"],
  ["two minutes later", 120_000, "warn"],
  ["a minute earlier", -60_000, "warn"],
])("finds a server's clock of %s to be %s", (_what, offset, level) => {
  expect(lookAtClock(new Date(NOW + offset).toUTCString(), NOW, NOW + 80).level).toBe(level);
});

it("does not blame a clock for a slow answer", () => {
  expect(lookAtClock(new Date(NOW + 2_000).toUTCString(), NOW, NOW + 4_000).level).toBe("ok");
});

it("looks at where a directory would be made, and sees that a file is none", async () => {
  const dir = mkdtempSync(join(tmpdir(), "enterspan-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  expect(await lookAtDataDir(join(dir, "a/b"))).toMatchObject({
    level: "ok",
    seen: expect.stringContaining("will be made"),
  });
  writeFileSync(join(dir, "file"), "");
  expect((await lookAtDataDir(join(dir, "file"))).level).toBe("fail");
});
