// The class that `enterspan dev` exports by default in place of the program's. Wrangler puts a class of its own on top,
// whose `fetch`, with which the event begins, makes answers of errors: so they are told from below.
import { settle, type Watcher } from "../settle.ts";
import { ancestryOf, type Class } from "./construction.ts";
import { activeLifetime, fail, type Lifetime } from "./handlers/lifetime.ts";

type Entrypoint = new (...args: unknown[]) => { fetch(request: unknown): unknown };

const TELLS: Watcher<Lifetime | undefined> = {
  succeeded() {},
  failed(lifetime, error) {
    if (lifetime !== undefined) fail(lifetime, error);
  },
};

/** The same export, if it is no class of entrypoints with a method `fetch`. */
export function tellingClass(exported: unknown): unknown {
  if (!isEntrypoint(exported)) return exported;
  const telling = class extends exported {
    override fetch(request: unknown): unknown {
      return settle(() => super.fetch(request), TELLS, activeLifetime());
    }
  };
  return Object.defineProperty(telling, "name", { value: exported.name, configurable: true });
}

function isEntrypoint(exported: unknown): exported is Entrypoint {
  if (typeof exported !== "function" || typeof exported.prototype?.fetch !== "function") return false;
  return ancestryOf(exported as Class).base === "WorkerEntrypoint";
}
