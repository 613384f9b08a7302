#!/usr/bin/env node
// Plain JavaScript without imports, so that it can run on any Node and say which one is needed.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `enterspan needs Node 22.12 or newer; this is ${process.version}. Install one from https://nodejs.org.`,
  );
  process.exit(1);
}
import("../dist/main.js");
