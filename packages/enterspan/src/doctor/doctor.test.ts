// What doctor makes of versions, clocks and disks, without a process for each.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lookAtClock, lookAtDataDir } from "./machine.ts";
import { lookAtNode } from "./project.ts";
import { lookAtOwnFiles, lookAtSettings } from "./settings.ts";

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
  symlinkSync("loop", join(dir, "loop"));
  symlinkSync("nowhere", join(dir, "dangling"));
  for (const path of ["file", "file/below", "loop", "dangling"]) {
    expect([path, (await lookAtDataDir(join(dir, path))).level]).toEqual([path, "fail"]);
  }
});

it("looks at what else a server reads at its start", () => {
  const dir = mkdtempSync(join(tmpdir(), "enterspan-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  expect(lookAtOwnFiles(dir)).toEqual([]);
  writeFileSync(join(dir, "destinations.json"), '{"secret');
  mkdirSync(join(dir, "tokens"));
  writeFileSync(join(dir, "tokens/one.json"), "{}");
  expect(lookAtOwnFiles(dir).map(({ level, what }) => [level, what])).toEqual([
    ["fail", "Destinations"],
    ["warn", "Tokens"],
  ]);
  expect(JSON.stringify(lookAtOwnFiles(dir))).not.toContain('{\\"secret');
  const file = join(dir, "enterspan.jsonc");
  expect(lookAtSettings(undefined)).toEqual([]);
  writeFileSync(
    file,
    '{ "destinations": { "far": { "endpoint": "http://a.example" } }, "sampling": { "keepShare": 1 } }',
  );
  expect(lookAtSettings(file)).toMatchObject([
    { level: "ok", seen: expect.stringMatching(/destinations far, tail sampling$/) },
  ]);
  writeFileSync(file, '{ "destination": {} }');
  expect(lookAtSettings(file)).toMatchObject([
    { level: "fail", seen: expect.stringContaining("destination") },
  ]);
});
