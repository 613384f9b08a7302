// Tokens at rest: nothing in the data directory gives one away, only their owner can read them, no id leads elsewhere.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../backend.fixture.ts";
import { Authority } from "./authority.ts";
import { SESSION_SECONDS, Sessions } from "./sessions.ts";
import { createToken, listTokens, revokeToken } from "./token-files.ts";

const noFault = (message: string) => {
  throw new Error(message);
};

test("a token is kept as a hash, in a file that only its owner reads", () => {
  const dataDir = join(temporaryDirectory(), "new");
  const { token, record } = createToken(dataDir, { scopes: ["ingest"], name: "collector" });
  expect(token).toMatch(/^enterspan_[\w-]{43}$/);
  const directory = join(dataDir, "tokens");
  new Authority(dataDir, [], noFault);
  for (const name of readdirSync(directory)) {
    expect([name, statSync(join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(readFileSync(join(directory, name), "latin1")).not.toContain(token.slice("enterspan_".length));
  }
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(dataDir, ".gitignore"), "utf8")).toBe("*\n");
  expect(listTokens(dataDir)).toEqual([record]);
});

test("no two tokens are equal, and only the whole one is known", () => {
  const dataDir = temporaryDirectory();
  const made = [1, 2, 3].map(() => createToken(dataDir, { scopes: ["read"], name: "" }).token);
  expect(new Set(made).size).toBe(3);
  const authority = new Authority(dataDir, [], noFault);
  const [token] = made as [string];
  expect(authority.ofToken(token)?.scopes).toEqual(["read"]);
  for (const wrong of ["", "x", token.slice(0, -1), `${token}x`, token.toUpperCase(), ` ${token}`]) {
    expect(authority.ofToken(wrong)).toBeUndefined();
  }
});

test("an id that is a path removes nothing", () => {
  const dataDir = temporaryDirectory();
  const { record } = createToken(dataDir, { scopes: ["read"], name: "" });
  writeFileSync(join(dataDir, "other.json"), JSON.stringify(record));
  expect(revokeToken(dataDir, "../other")).toBe(false);
  expect(readdirSync(dataDir)).toContain("other.json");
  expect(revokeToken(dataDir, record.id)).toBe(true);
  expect(listTokens(dataDir)).toEqual([]);
});

test("a file that is not one of ours counts for nothing, and is told of once", () => {
  const dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "tokens"));
  writeFileSync(join(dataDir, "tokens", "aaaaaaaaaaaa.json"), '{"scopes":["admin"]}');
  const faults: string[] = [];
  const authority = new Authority(dataDir, [], (message) => faults.push(message));
  expect(authority.isEmpty).toBe(true);
  expect(faults).toEqual([expect.stringContaining("aaaaaaaaaaaa.json")]);
});

test("a session ends in time, holds over restarts, and cannot be changed or made", () => {
  const dataDir = temporaryDirectory();
  const value = new Sessions(dataDir).begin("0123456789ab", 1_000);
  const restarted = new Sessions(dataDir);
  expect(restarted.tokenIdOf(value, 2_000)).toBe("0123456789ab");
  expect(restarted.tokenIdOf(value, (SESSION_SECONDS + 2) * 1000)).toBeUndefined();
  expect(new Sessions(temporaryDirectory()).tokenIdOf(value, 2_000)).toBeUndefined();
  const [id, ends, signature] = value.split(".") as [string, string, string];
  const forged = [
    `ba9876543210.${ends}.${signature}`,
    `${id}.${Number(ends) + 1}.${signature}`,
    `${id}.${ends}.${signature.slice(0, -2)}__`,
    `${id}.${ends}.`,
    `${id}.${ends}`,
    "",
  ];
  for (const wrong of forged) expect(restarted.tokenIdOf(wrong, 2_000)).toBeUndefined();
});
