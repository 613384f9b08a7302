// What services give and steps pass: objects, targets, functions, and errors of the program's own.
import { RpcTarget } from "cloudflare:workers";
import { show } from "../seeded.ts";

/** Anything that can be asked of a stub. */
// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is not there, too
export type Any = any;

export const events: string[] = [];
/**
 * Only objects tell what is disposed of: a service may be over before it hears of that. What is disposed of when the
 * request ends the next one does not tell.
 */
let generation = 0;

/** What is disposed of is told to `events` from here on. */
export function beginRequest(): void {
  events.length = 0;
  generation++;
}

export function disposing(what: string): () => void {
  const of = generation;
  return () => {
    if (of === generation) events.push(`disposed ${what}`);
  };
}

export class Mine extends Error {
  override name = "Mine";
}

export class Plain {
  x = 1;
  method(): number {
    return this.x;
  }
}

export class Target extends RpcTarget {
  #sum: number;
  #dispose: () => void;
  own = "not to be had";

  constructor(start: number, dispose = () => {}) {
    super();
    this.#sum = start;
    this.#dispose = dispose;
  }

  add(by: number): number {
    this.#sum += by;
    return this.#sum;
  }

  get total(): number {
    return this.#sum;
  }

  child(by: number): Target {
    return new Target(this.#sum + by);
  }

  async call(back: (sum: number) => unknown): Promise<unknown> {
    return await back(this.#sum);
  }

  fail(): never {
    throw new Mine(`failed at ${this.#sum}`);
  }

  [Symbol.dispose](): void {
    this.#dispose();
  }
}

/** What the service and the object have in common. */
export const echo = (...values: unknown[]): unknown => (values.length === 1 ? values[0] : values);
export const tell = (...values: unknown[]): string => show(values.map((value) => [typeof value, value]));
export const plain = (n: number, dispose = () => {}) => ({
  n,
  double: (x: number) => x * 2,
  deep: { target: new Target(n), list: [n, (x: number) => x + n] },
  [Symbol.dispose]: dispose,
});

export const throwing: Record<string, () => unknown> = {
  range: () => new RangeError("out of it"),
  mine: () => new Mine("mine"),
  cause: () => Object.assign(new Error("caused", { cause: new TypeError("why") }), { code: 7 }),
  text: () => "only text",
  nothing: () => undefined,
  object: () => ({ reason: 1 }),
  dom: () => new DOMException("aborted", "AbortError"),
};
