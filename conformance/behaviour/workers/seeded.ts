// What Workers have in common that do things at random: dice of a seed, and text of what came of a step.

/** A number from 0 up to `below`, of a sequence that the seed determines. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed * 2654435761 + 1;
  }
  roll(below: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((this.#state ^ (this.#state >>> 13)) >>> 0) % below;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.roll(list.length)] as T;
  }
}

/** Text of a value that says of which kind it and what is in it is. */
export function show(value: unknown, depth = 4): string {
  if (value === null || depth === 0) return String(value === null ? null : "…");
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const inner = (one: unknown) => show(one, depth - 1);
  if (value instanceof Error) {
    const { name, message, cause } = value;
    // Where an object has no such method, we say so in the runtime's place, and the runtime that the object has.
    const isRefusal = message.startsWith("The RPC receiver does not implement");
    const more = Object.getOwnPropertyNames(value)
      .filter((key) => key !== "stack" && !(isRefusal && key === "durableObjectId"))
      .map((key) => `${key}=${inner((value as unknown as Record<string, unknown>)[key])}`)
      .sort();
    const where = String(value.stack).split("\n")[0];
    return `${value.constructor.name} ${name}: ${message} (${more}) ${inner(cause)} ${where}`;
  }
  if (tag.startsWith("JsRpc") || tag === "Fetcher") return `${typeof value} ${tag}`;
  if (value instanceof Map) return `Map ${inner([...value])}`;
  if (value instanceof Set) return `Set ${inner([...value])}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value)) return `${tag} ${value}`;
  const symbols = Object.getOwnPropertySymbols(value).map(String);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${inner(entry)}`);
  return `${typeof value} ${tag} {${[...entries, ...symbols].join(", ")}}`;
}

/** What came of a step: a value, or an error. */
export async function attempt(step: () => unknown): Promise<string> {
  try {
    return show(await step());
  } catch (error) {
    return `threw ${show(error)}`;
  }
}
