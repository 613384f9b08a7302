// Does at random what programs do with listeners of WebSockets and signals, and answers what was heard, in which order.
import { attempt, Dice } from "./seeded.ts";

/** Anything that can be asked of a target. */
// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is wrong, too
type Any = any;

interface World {
  dice: Dice;
  heard: string[];
  /** The two ends of a socket, and two signals. */
  targets: Any[];
  controller: AbortController;
  listeners: Any[];
}

const TYPES = ["message", "close", "abort", "ping"];

function make(dice: Dice): World {
  const heard: string[] = [];
  const { 0: client, 1: server } = new WebSocketPair();
  client.accept();
  server.accept();
  const controller = new AbortController();
  const targets = [client, server, controller.signal, AbortSignal.any([controller.signal])];
  const at = (target: unknown) => targets.indexOf(target as Any);
  const tell = (name: string, self: unknown, event: Any, more: unknown[]) =>
    heard.push(
      [name, at(self), at(event.target), at(event.currentTarget), event.type, event.data, ...more].join(),
    );
  const listeners: Any[] = [
    function named(this: unknown, event: Event, ...more: unknown[]) {
      tell("function", this, event, more);
    },
    (event: Event) => tell("arrow", undefined, event, []),
    async (event: Event) => {
      await null;
      tell("async", undefined, event, []);
    },
    {
      handleEvent(event: Event) {
        tell("object", undefined, event, [this === listeners[3]]);
      },
    },
    (event: Event) => {
      tell("stops", undefined, event, []);
      event.stopImmediatePropagation();
    },
    (event: Any) => {
      tell("adds", undefined, event, []);
      event.target.addEventListener(event.type, listeners[1]);
      event.target.removeEventListener(event.type, listeners[0]);
    },
    null,
    undefined,
    5,
    {},
    {
      get handleEvent() {
        heard.push("taken");
        return (event: Event) => tell("taken", undefined, event, []);
      },
    },
    { handleEvent: 5 },
  ];
  return { dice, heard, targets, controller, listeners };
}

const OPTIONS: (() => unknown[])[] = [
  () => [],
  () => [{ once: true }],
  () => [{}],
  () => [{ signal: AbortSignal.abort() }],
  () => [undefined],
];

/** Each answers what it saw. */
const steps: ((target: Any, world: World) => unknown)[] = [
  (target, { dice, listeners }) =>
    target.addEventListener(dice.pick(TYPES), dice.pick(listeners), ...dice.pick(OPTIONS)()),
  (target, { dice, listeners }) =>
    target.addEventListener(dice.pick(TYPES), dice.pick(listeners.slice(0, 3))),
  (target, { dice, listeners }) =>
    target.addEventListener(dice.pick(TYPES), dice.pick(listeners.slice(0, 6))),
  (target, { dice, listeners }) => target.removeEventListener(dice.pick(TYPES), dice.pick(listeners)),
  (target, { dice, listeners }) =>
    target.removeEventListener(dice.pick(TYPES), dice.pick(listeners.slice(0, 3))),
  (target, { dice }) => target.dispatchEvent(new Event(dice.pick(TYPES))),
  (_, { dice, targets }) => targets[dice.roll(2)].send(String(dice.roll(9))),
  (_, { dice, targets }) => targets[dice.roll(2)].send(String(dice.roll(9))),
  (_, { dice, targets }) => (dice.roll(6) === 0 ? targets[dice.roll(2)].close(1000, "enough") : "open"),
  (_, { dice, controller }) => (dice.roll(4) === 0 ? controller.abort() : controller.signal.aborted),
  (target, { dice, heard }) => {
    target[`on${dice.pick(TYPES)}`] = (event: Event) => heard.push(`assigned ${event.type}`);
  },
  (target, { dice, listeners }) => {
    const name = `on${dice.pick(TYPES)}`;
    const assigned = dice.pick(listeners);
    target[name] = assigned;
    return [
      target[name] === assigned,
      Object.hasOwn(target, name),
      Object.keys(target),
      delete target.onping,
    ];
  },
  (target, { dice }) => delete target[`on${dice.pick(TYPES)}`],
  (target, { dice, listeners }) => {
    const { addEventListener } = target;
    return addEventListener.call(dice.pick([target, {}, 5]), dice.pick(TYPES), listeners[0]);
  },
  (target) => target.addEventListener(),
  (target) => target.addEventListener("ping"),
  (target) => [
    target.addEventListener.name,
    target.addEventListener.length,
    typeof target.removeEventListener,
    Object.keys(target),
    String(target),
    "addEventListener" in target,
    target instanceof EventTarget,
  ],
];

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const dice = new Dice(Number(searchParams.get("seed")));
    const world = make(dice);
    const answers: string[] = [];
    for (let i = 0; i < Number(searchParams.get("steps")); i++) {
      const at = dice.roll(world.targets.length);
      const step = dice.roll(steps.length);
      answers.push(
        `${i}: step ${step} at ${at}: ${await attempt(() => steps[step]?.(world.targets[at], world))}`,
      );
      // What is sent arrives before the next step.
      await scheduler.wait(1);
    }
    await scheduler.wait(10);
    return Response.json([...answers, ...world.heard]);
  },
};
