// Does at random what programs do with stubs, and answers what came of each step: of one seed always the same, whoever
// watches. `?seed=1&steps=20`.

import { type Any, beginRequest, events } from "./rpc/lent.ts";
import { steps } from "./rpc/steps.ts";
import { attempt, Dice } from "./seeded.ts";

export { Handlers, Relay, Service, Thing } from "./rpc/services.ts";

/** Whom steps ask: bindings, and stubs that came otherwise. */
const callees: ((env: Any, exports: Any) => unknown)[] = [
  (env) => env.SERVICE,
  (env) => env.OBJECTS.getByName("one"),
  (_, exports) => exports.Service,
  (_, exports) => exports.Service({ props: { a: 1 } }),
  (env) => env.RELAY.pass("echo", env.SERVICE),
  (env) => env.RELAY.pass("echo", env.OBJECTS.getByName("one")),
  (env, exports) => env.RELAY.pass("echo", exports.Service({})),
];

export default {
  async fetch(request: Request, env: Any, context: Any): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const world = { dice: new Dice(Number(searchParams.get("seed"))), stubs: [], env, context };
    const { dice } = world;
    const answers: string[] = [];
    beginRequest();
    for (let i = 0; i < Number(searchParams.get("steps")); i++) {
      const at = dice.roll(callees.length);
      const callee = await callees[at]?.(env, context.exports);
      const step = dice.roll(steps.length);
      answers.push(`${i}: step ${step} at ${at}: ${await attempt(() => steps[step]?.(callee, world))}`);
    }
    // Disposal is told to the other side, which takes a while.
    await scheduler.wait(30);
    return Response.json([...answers, ...events.toSorted()]);
  },
};
