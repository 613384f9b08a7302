// `--import @enterspan/tracing/register`: a program that imports `cloudflare:workers` runs on Node as it is, in
// processes of their own, with every way there is to import: ESM, CommonJS, a dependency.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDir } from "./enterspan.fixture.ts";

const root = join(import.meta.dirname, "..");
const runtimes = join(root, "conformance/runtimes/node_modules");

const FILES = {
  "package.json": '{ "type": "module", "dependencies": { "@enterspan/tracing": "*" } }',
  "app.js": `import * as workers from "cloudflare:workers";
import { EmailMessage } from "cloudflare:email";
import { NonRetryableError } from "cloudflare:workflows";
import { connect } from "cloudflare:sockets";
import { retryable } from "cloudflare:durable-objects";
import { tracing } from "@enterspan/tracing";
import { createRequire } from "node:module";
import dependency from "dependency";
import commonjs from "commonjs";

const failure = async (act) => {
  try {
    await act();
  } catch (error) {
    return error.message;
  }
};
class Room extends workers.DurableObject {}
const room = new Room({ id: 1 }, { KEY: "value" });
retryable(room.toString);
console.log(
  JSON.stringify({
    required: createRequire(import.meta.url)("./required.cjs") === workers.tracing,
    dependency: dependency === workers.tracing,
    commonjs: commonjs === workers.tracing,
    package: tracing === workers.tracing,
    env: createRequire(import.meta.url)("cloudflare:workers").env === workers.env,
    room: [room instanceof workers.DurableObject, room.ctx, room.env],
    email: new EmailMessage("a@example.com", "b@example.com", "hello").to,
    error: new NonRetryableError("no").name,
    connect: await failure(() => connect("example.com:25")),
    unknown: await failure(() => import("cloudflare:unheard-of")),
  }),
);
`,
  "required.cjs": 'module.exports = require("cloudflare:workers").tracing;',
  "node_modules/dependency/package.json": '{ "name": "dependency", "type": "module", "main": "index.js" }',
  "node_modules/dependency/index.js": 'export { tracing as default } from "cloudflare:workers";',
  "node_modules/commonjs/package.json": '{ "name": "commonjs", "main": "index.js" }',
  "node_modules/commonjs/index.js": 'module.exports = require("./inner.js");',
  "node_modules/commonjs/inner.js": 'module.exports = require("cloudflare:workers").tracing;',
  // What Node 22.12 to 22.14 lack, with another that has replaced the loader before.
  "older.cjs": `const Module = require("node:module");
delete Module.registerHooks;
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (...args) {
  if (this !== Module) throw new Error("called on another object");
  return resolveFilename.apply(this, args);
};
`,
};

const REGISTER = "@enterspan/tracing/register";
/** Of a package that has brought its own. */
const COPY = "./copy/dist/hosts/register.js";
const platform = `${process.platform}-${process.arch}`;

it.for<[name: string, binary: string, args: string[]]>([
  ["this Node", process.execPath, ["--import", REGISTER]],
  [
    "this Node, registered by two copies of the package",
    process.execPath,
    ["--import", REGISTER, "--import", COPY],
  ],
  [
    "a Node without hooks in its own thread",
    process.execPath,
    ["--require", "./older.cjs", "--import", REGISTER],
  ],
  ["Node 22", join(runtimes, `node-22-${platform}/bin/node`), ["--import", REGISTER]],
  ["Node 26", join(runtimes, `node-26-${platform}/bin/node`), ["--import", REGISTER]],
  ["Bun", join(runtimes, `bun-${platform}/bin/bun`), ["--preload", REGISTER]],
  ["Deno", join(runtimes, `deno-${platform}/deno`), ["run", "-A", "--preload", `npm:${REGISTER}`]],
])("resolves cloudflare: modules on %s", async ([, binary, args], { skip }) => {
  skip(!existsSync(binary), "not installed: npm ci --prefix conformance/runtimes");
  await using dir = await temporaryDir();
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(dir.path, path)), { recursive: true });
    await writeFile(join(dir.path, path), text);
  }
  await mkdir(join(dir.path, "node_modules/@enterspan"));
  await symlink(join(root, "packages/tracing"), join(dir.path, "node_modules/@enterspan/tracing"));
  if (args.includes(COPY)) {
    for (const part of ["package.json", "dist"]) {
      await cp(join(root, "packages/tracing", part), join(dir.path, "copy", part), { recursive: true });
    }
  }

  const child = spawn(binary, [...args, "app.js"], { cwd: dir.path });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toEqual({
    required: true,
    dependency: true,
    commonjs: true,
    package: true,
    env: true,
    room: [true, { id: 1 }, { KEY: "value" }],
    email: "b@example.com",
    error: "NonRetryableError",
    connect: expect.stringContaining("works only on workerd"),
    unknown: expect.stringContaining('"cloudflare:unheard-of" is part of workerd'),
  });
});
