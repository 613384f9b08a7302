// The layer between an instance and its prototype asks for an event only where the runtime asks.
import { expect, it } from "vitest";
import { addEntrance } from "./entrance.ts";

it("a property that the program reads outside of events is what it is", () => {
  class Target {
    #count = 0;
    get next() {
      return ++this.#count;
    }
  }
  const target = new Target();
  const events: string[] = [];
  addEntrance(target, {
    isEvent: () => true,
    isOutside: () => true,
    enter: (_name, method) => method,
    read: (_self, name, compute) => {
      events.push(name);
      return compute();
    },
  });
  expect([target.next, target.next]).toEqual([1, 2]);
  expect(events).toEqual([]);
});
