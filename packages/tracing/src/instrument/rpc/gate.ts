// Where calls over RPC that bring the trace's context arrive: a member of instrumented classes, on the way to the one that
// is called. It lets through what the runtime would, and nothing else: the runtime itself looks up and refuses names, on
// objects that say of themselves what the instance says.
import type { Runtime } from "../../runtime.ts";
import type { RpcEvent } from "../handlers/event.ts";
import { parseContextName } from "./path.ts";

/** Runs what is called as an event of the instance. */
export type Deliver = (name: string, args: unknown[], call: () => unknown, event?: RpcEvent) => unknown;

type Method = (...args: unknown[]) => unknown;

/** Names that the runtime refuses as well, but of entrypoints alone. */
const RESERVED = /^(fetch|connect|alarm|webSocket(Message|Close|Error)|dup|constructor|enterspan:rpc)$/;

/** The runtime makes no stub of an object whose duplicate is another: whoever asks for a gate itself gets an error. */
const NO_DUPLICATE = (): void => {};

/** What a caller asks for who does not know whether there is a gate. */
export const IS_THERE = "?";

/**
 * What an instance has under `RPC_MEMBER`. Of a class it gives what the class has, of an object of handlers its own
 * properties, as the runtime does.
 */
export function gateOf(self: object, runtime: Runtime, isClass: boolean, deliver: Deliver): object {
  return onlyMembers((context) => {
    if (context === IS_THERE) return { value: true };
    const { operation, from } = parseContextName(context, runtime.config.propagation.incoming);
    return {
      value: onlyMembers((name) => {
        if (RESERVED.test(name) || Object.hasOwn(self, name) === isClass) return undefined;
        const read = () => (self as Record<string, unknown>)[name];
        const event: RpcEvent = { operation, from };
        let value = operation === "call" ? read() : deliver(name, [], read, event);
        if (isClass && value === (Object.prototype as unknown as Record<string, unknown>)[name])
          return undefined;
        if (operation === "call" && typeof value === "function") {
          const method = value as Method;
          value = Object.defineProperty(
            (...args: unknown[]) => deliver(name, args, () => method.apply(self, args), event),
            "length",
            { value: method.length },
          );
        }
        return { value };
      }),
    };
  });
}

/** An object that has the members that `find` gives, each asked for once. */
function onlyMembers(find: (name: string) => { value: unknown } | undefined): object {
  const found = new Map<string | symbol, { value: unknown } | undefined>();
  const get = (_: object, name: string | symbol) => {
    if (!found.has(name)) found.set(name, typeof name === "string" ? find(name) : undefined);
    return found.get(name);
  };
  return new Proxy(
    {},
    {
      get: (target, name) => (name === "dup" ? NO_DUPLICATE : get(target, name)?.value),
      getOwnPropertyDescriptor(target, name) {
        const member = get(target, name);
        return member && { ...member, configurable: true };
      },
    },
  );
}
