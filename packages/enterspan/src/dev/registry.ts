// Where wrangler keeps the registry of the Workers that run on this machine, by which service bindings find each other
// across commands. Wrangler's own command passes the path on; it exports nothing that tells it.
import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export function registryPath(): string {
  return process.env.WRANGLER_REGISTRY_PATH ?? join(configDir(), "registry");
}

/** `~/.wrangler`, which old versions made, or the system's place for such things. */
function configDir(): string {
  const old = join(homedir(), ".wrangler");
  return statSync(old, { throwIfNoEntry: false })?.isDirectory() ? old : join(systemConfigDir(), ".wrangler");
}

function systemConfigDir(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env;
  if (XDG_CONFIG_HOME) return XDG_CONFIG_HOME;
  if (process.platform === "darwin") return join(homedir(), "Library/Preferences");
  if (process.platform !== "win32") return join(homedir(), ".config");
  return join(APPDATA || join(homedir(), "AppData/Roaming"), "xdg.config");
}
