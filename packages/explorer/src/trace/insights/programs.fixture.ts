// Made-up programs and the findings they deserve: blocks of calls, one after the other under one invocation, some with a
// fault, some that only look like one.
import fc from "fast-check";
import { madeUpSpan } from "../made-up.fixture.ts";
import type { Span } from "../model.ts";
import { productOf } from "../product.ts";
import { nanos } from "../time.ts";
import type { InsightKind } from "./insight.ts";

export interface Expected {
  readonly kind: InsightKind;
  /** Ids of the evidence, in order. */
  readonly evidence: readonly string[];
}

/** Writes down what a program does. Times in milliseconds. */
export class Program {
  readonly spans: Span[] = [];
  readonly expected: Expected[] = [];
  now = 0;
  #ids = 0;

  /** A span of the program's own around what `inside` does. */
  within(parent: string, name: string, inside: (id: string) => void): string {
    const id = this.#nextId();
    const start = this.now;
    inside(id);
    this.#add({ id, parent, name, start, end: this.now });
    return id;
  }

  /** A call that is awaited. */
  call(
    parent: string,
    name: string,
    ms: number,
    attributes: Record<string, string>,
    isError = false,
  ): string {
    const id = this.#nextId();
    this.#add({ id, parent, name, start: this.now, end: this.now + ms, attributes, isError });
    this.now += ms;
    return id;
  }

  /** Calls that are started together; the longest is waited for. */
  together(
    parent: string,
    name: string,
    calls: readonly { ms: number; attributes: Record<string, string> }[],
  ): void {
    for (const { ms, attributes } of calls) {
      this.#add({ id: this.#nextId(), parent, name, start: this.now, end: this.now + ms, attributes });
    }
    this.now += Math.max(...calls.map(({ ms }) => ms));
  }

  compute(ms: number): void {
    this.now += ms;
  }

  expect(kind: InsightKind, ...evidence: string[]): void {
    // Errors of one name are one finding.
    const known = this.expected.findIndex((one) => one.kind === kind && kind === "swallowed-error");
    if (known < 0) this.expected.push({ kind, evidence });
    else this.expected[known] = { kind, evidence: [...(this.expected[known]?.evidence ?? []), ...evidence] };
  }

  #nextId(): string {
    return String(++this.#ids).padStart(6, "0");
  }

  #add(span: {
    id: string;
    parent: string;
    name: string;
    start: number;
    end: number;
    attributes?: Record<string, string>;
    isError?: boolean;
  }): void {
    const { id, parent, name, start, end, attributes = {}, isError = false } = span;
    this.spans.push(
      madeUpSpan({
        spanId: id,
        parentSpanId: parent,
        name,
        product: productOf(name, name === "GET"),
        start: nanos(start * 1e6),
        duration: nanos((end - start) * 1e6),
        status: isError ? "error" : "unset",
        attributes: Object.entries(attributes).map(([key, value]) => ({
          key,
          value: { type: "string", value },
        })),
      }),
    );
  }
}

const key = (value: string) => ({ "cloudflare.binding.name": "STORE", "cloudflare.kv.query.keys": value });
const sql = (value: string) => ({ "cloudflare.binding.name": "DB", "db.query.text": value });
const url = (value: string, method = "GET") => ({ "url.full": value, "http.request.method": method });

type Block = (program: Program, parent: string, salt: string, count: number, ms: number) => void;

/** Each deserves exactly what it expects. `count` is 2 to 4, `ms` 5 to 30. */
const BLOCKS: Record<string, Block> = {
  "reads one after the other"(program, parent, salt, count, ms) {
    const calls = range(count).map((i) => program.call(parent, "kv_get", ms + i, key(`${salt}${i}`)));
    program.expect("sequential", ...calls);
  },
  "two kinds of reads taking turns"(program, parent, salt, count, ms) {
    const rounds = range(count).map((i) => [
      program.call(parent, "kv_get", ms, key(`${salt}${i}`)),
      program.call(parent, "fetch", ms + 1, url(`https://a.example/${salt}${i}`)),
    ]);
    program.expect("sequential", ...rounds.map(([get]) => get as string));
    program.expect("sequential", ...rounds.map(([, fetched]) => fetched as string));
  },
  "the same key again"(program, parent, salt, count, ms) {
    const reads = range(count).map(() => {
      const id = program.call(parent, "kv_get", ms, key(salt));
      program.compute(8);
      return id;
    });
    program.expect("repeated-read", ...reads);
  },
  "a query in a loop"(program, parent, salt, count, ms) {
    const queries = range(count + 4).map(() =>
      program.call(parent, "d1_first", ms, sql(`SELECT * FROM ${salt} WHERE id = ?1`)),
    );
    program.expect("n-plus-one", ...queries);
  },
  "a query and a read in a loop"(program, parent, salt, count, ms) {
    const rounds = range(count + 4).map((i) => [
      program.call(parent, "d1_first", ms, sql(`SELECT * FROM ${salt} WHERE id = ?1`)),
      program.call(parent, "kv_get", ms + 1, key(`${salt}${i}`)),
    ]);
    program.expect("n-plus-one", ...rounds.map(([query]) => query as string));
    program.expect("n-plus-one", ...rounds.map(([, get]) => get as string));
  },
  "a loop with a span each round"(program, parent, salt, count, ms) {
    const writes: string[] = [];
    for (const i of range(count + 4)) {
      program.within(parent, `save ${salt}`, (round) => {
        writes.push(program.call(round, "kv_put", ms, key(`${salt}${i}`)));
      });
    }
    program.expect("n-plus-one", ...writes);
  },
  "an error that is caught"(program, parent, salt, _count, ms) {
    program.expect("swallowed-error", program.call(parent, `d1_run`, ms, sql(`DELETE FROM ${salt}`), true));
  },
  "parallel reads"(program, parent, salt, count, ms) {
    const calls = range(count).map((i) => ({ ms: ms + i, attributes: key(`${salt}${i}`) }));
    program.together(parent, "kv_get", calls);
  },
  "many parallel queries"(program, parent, salt, count, ms) {
    const statement = `SELECT * FROM ${salt} WHERE id = ?1`;
    program.together(
      parent,
      "d1_first",
      range(count + 6).map((i) => ({ ms: ms + i, attributes: sql(statement) })),
    );
  },
  "a read, then a query by what it gave"(program, parent, salt, _count, ms) {
    program.call(parent, "kv_get", ms, key(salt));
    program.call(parent, "d1_first", ms, sql(`SELECT * FROM ${salt} WHERE id = ?1`));
  },
  "a read, a write, a read of the same key"(program, parent, salt, _count, ms) {
    program.call(parent, "kv_get", ms, key(salt));
    program.compute(8);
    program.call(parent, "kv_put", ms, key(salt));
    program.compute(8);
    program.call(parent, "kv_get", ms, key(salt));
  },
  "writes one after the other"(program, parent, salt, count, ms) {
    for (const i of range(count)) program.call(parent, "kv_put", ms, key(`${salt}${i}`));
  },
  "reads with work between them"(program, parent, salt, count, ms) {
    for (const i of range(count)) {
      program.call(parent, "kv_get", ms, key(`${salt}${i}`));
      program.compute(ms);
    }
  },
  "the same statement for other values"(program, parent, salt, count, ms) {
    for (const _ of range(count))
      program.call(parent, "d1_all", ms, sql(`SELECT * FROM ${salt} WHERE id = ?1`));
  },
  "posting twice"(program, parent, salt, _count, ms) {
    program.call(parent, "fetch", ms, url(`https://a.example/${salt}`, "POST"));
    program.call(parent, "fetch", ms, url(`https://a.example/${salt}`, "POST"));
  },
  "a call that is tried again"(program, parent, salt, _count, ms) {
    program.call(parent, "fetch", ms, url(`https://b.example/${salt}`, "POST"), true);
    program.compute(8);
    program.call(parent, "fetch", ms, url(`https://b.example/${salt}`, "POST"));
  },
};

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const step = fc.record({
  block: fc.constantFrom(...Object.keys(BLOCKS)),
  isWrapped: fc.boolean(),
  count: fc.integer({ min: 2, max: 4 }),
  ms: fc.integer({ min: 5, max: 30 }),
});

/** Two to eight blocks in an invocation, with some computing between them; which blocks, and the program. */
export const programs = fc.array(step, { minLength: 2, maxLength: 8 }).map((steps) => {
  const program = new Program();
  program.within("", "GET", (root) => {
    for (const [index, { block, isWrapped, count, ms }] of steps.entries()) {
      const run = BLOCKS[block] as Block;
      const salt = `t${index}_`;
      if (isWrapped) program.within(root, `step ${index}`, (id) => run(program, id, salt, count, ms));
      else run(program, root, salt, count, ms);
      program.compute(9);
    }
  });
  return { blocks: steps.map(({ block }) => block), program };
});
