// Makes up programs, for fast-check.
import fc from "fast-check";
import type { Block, Note, Program, Recorded, Special, Step, Text, Value } from "./program.ts";
import {
  CAUGHT,
  DIRECT_VIAS,
  ERROR_KINDS,
  KEYS,
  LEVELS,
  PAUSES,
  RETURNED,
  SPECIAL,
  WAITING_VIAS,
} from "./program.ts";

const name: fc.Arbitrary<Text> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", minLength: 0, maxLength: 80 }).filter(isSendable) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Text>(42, true, null, { object: true }, "é".repeat(40), "aé".repeat(33)),
  },
);

/** The words of one error or log are those of no other, also after shrinking, so that it is known again. */
const words = fc.noShrink(fc.uuid()).map((id) => id.slice(0, 8));

const slot = fc.constantFrom(0 as const, 1 as const, 2 as const);
const target = fc.oneof({ weight: 2, arbitrary: fc.constant("active" as const) }, slot);
const key = fc.constantFrom(...KEYS);

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(...(Object.keys(SPECIAL) as Special[])).map((as) => ({ as })),
);

const recorded: fc.Arbitrary<Recorded> = fc.oneof(
  words.map((error) => ({ error })),
  words.map((string) => ({ string })),
  words.map((named) => ({ named })),
  fc.constant({ number: 5 }),
);

const note: fc.Arbitrary<Note> = fc.oneof(
  fc.record({ set: key, value }),
  fc.record({ setAll: fc.array(fc.tuple(key, value), { maxLength: 3 }) }),
  fc.record(
    {
      status: fc.constantFrom("unset" as const, "ok" as const, "error" as const, "wrong" as const),
      message: words,
    },
    { requiredKeys: ["status"] },
  ),
  fc.record({ name }),
  fc.record({ exception: recorded }),
);

const THROWS_UNDEFINED = '{"do":"throw","kind":"undefined"';

/** Steps with no steps inside. */
const leaf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: is("note"), on: target, note }) },
  { weight: 2, arbitrary: fc.record({ do: is("start"), slot, name }) },
  { weight: 2, arbitrary: fc.record({ do: is("end"), on: target }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("log"),
      level: fc.constantFrom(...LEVELS),
      text: words,
      on: target,
    }),
  },
  fc.record({ do: is("pause"), by: fc.constantFrom(...PAUSES) }),
  fc.record({ do: is("throw"), kind: fc.constantFrom(...ERROR_KINDS), message: words }),
);

const { block } = fc.letrec<{ block: Block; step: Step }>((tie) => {
  const body = tie("block");
  const isAsync = fc.boolean();
  return {
    block: fc.array(tie("step"), { minLength: 1, maxLength: 5 }),
    step: fc.oneof(
      { maxDepth: 6 },
      { weight: 6, arbitrary: leaf },
      {
        weight: 4,
        arbitrary: fc.record({
          do: is("enter"),
          name,
          isAsync,
          returns: fc.constantFrom(...RETURNED),
          body,
        }),
      },
      fc.record({ do: is("startActive"), slot, name, isAsync, body }),
      fc.record({ do: is("with"), slot, isAsync, body }),
      fc.record({ do: is("callback"), via: fc.constantFrom(...DIRECT_VIAS), body }),
      fc.record({ do: is("callbackLater"), via: fc.constantFrom(...WAITING_VIAS), body }),
      fc.record({ do: is("parallel"), branches: fc.array(body, { maxLength: 3 }) }),
      fc.record({ do: is("waitUntil"), body }),
      fc.record({ do: is("attempt"), body, caught: fc.constantFrom(...CAUGHT) }),
    ),
  };
});

export const anyProgram: fc.Arbitrary<Program> = fc
  .record({ body: block, leavesErrors: fc.boolean(), endsAll: fc.boolean() })
  .filter(throwsUndefinedOnce);

/**
 * Thrown in two places, `undefined` is still one value: which flow threw it first would decide which span tells of it,
 * and the model knows no time. Every other thrown value is told apart by its message.
 */
function throwsUndefinedOnce(program: Program): boolean {
  return JSON.stringify(program).split(THROWS_UNDEFINED).length <= 2;
}

/** Unpaired surrogates are no text that can be sent: each runtime makes its own of them. */
function isSendable(text: string): boolean {
  return text.isWellFormed();
}

function is<T extends string>(kind: T): fc.Arbitrary<T> {
  return fc.constant(kind);
}
