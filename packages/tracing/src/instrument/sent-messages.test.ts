// A delivered message is known again by its body and its time, whatever became of it on the way, and no other one is.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { MAX_SENT_MESSAGES } from "../limits.ts";
import { SentMessages } from "./sent-messages.ts";

const sender = (name: string) => ({ traceId: name, spanId: name, sampled: true, traceState: "" });

/** Messages at a time that the test sets, in milliseconds. */
function queue() {
  let time = 100_000;
  const messages = new SentMessages(() => time);
  return {
    at: (now: number) => {
      time = now;
    },
    send: (name: string, ...bodies: unknown[]) => messages.send(sender(name), bodies),
    sent: (name: string, ...bodies: unknown[]) => messages.send(sender(name), bodies)(true),
    /** Who has sent messages that the queue took just now. */
    sendersOf: (...delivered: { id: string; body: unknown; timestamp?: Date }[]) =>
      [...messages.sendersOf(delivered.map((one) => ({ timestamp: new Date(time), ...one })))].map(
        ({ spanId }) => spanId,
      ),
  };
}

describe("a message is known", () => {
  it("by what JSON makes of its body", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (body) => {
        const { sent, sendersOf } = queue();
        sent("a", body);
        expect(sendersOf({ id: "1", body: JSON.parse(JSON.stringify(body)) })).toEqual(["a"]);
      }),
    );
  });

  it("by a clone of its body", () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withBigInt: true, withMap: true, withSet: true, withTypedArray: true }),
        (body) => {
          const { sent, sendersOf } = queue();
          sent("a", body);
          expect(sendersOf({ id: "1", body: structuredClone(body) }).length).toBeLessThanOrEqual(1);
        },
      ),
    );
    const { sent, sendersOf } = queue();
    const body = { when: new Date(5), bytes: new Uint8Array([1, 2]), map: new Map(), big: 1n };
    sent("a", body);
    expect(sendersOf({ id: "1", body: structuredClone(body) })).toEqual(["a"]);
  });

  it.each<[string, unknown, unknown]>([
    [
      "bytes, which arrive as a buffer",
      new Uint8Array([0, 1, 2, 3]).subarray(1, 3),
      new Uint8Array([1, 2]).buffer,
    ],
    ["a date, which arrives as text", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["what JSON leaves out", { a: 1, b: undefined, c() {} }, { a: 1 }],
    [
      "what has a class",
      new (class Order {
        id = 7;
      })(),
      { id: 7 },
    ],
  ])("with %s", (_what, body, received) => {
    const { sent, sendersOf } = queue();
    sent("a", body);
    expect(sendersOf({ id: "1", body: received })).toEqual(["a"]);
  });

  it("again, when it is delivered again", () => {
    const { sent, sendersOf } = queue();
    sent("a", "x");
    sent("b", "x");
    expect(sendersOf({ id: "1", body: "x" })).toEqual(["a"]);
    expect(sendersOf({ id: "1", body: "x" })).toEqual(["a"]);
    expect(sendersOf({ id: "2", body: "x" })).toEqual(["b"]);
  });

  it("before the queue has answered its sender", () => {
    const { send, sendersOf } = queue();
    send("a", "x");
    expect(sendersOf({ id: "1", body: "x" })).toEqual(["a"]);
  });

  it("as one of many in a batch, whose sender is named once", () => {
    const { sent, sendersOf } = queue();
    sent("a", "x", "y");
    sent("b", "z");
    const delivered = ["z", "y", "x"].map((body, id) => ({ id: String(id), body }));
    expect(sendersOf(...delivered)).toEqual(["b", "a"]);
  });
});

describe("a message is not known", () => {
  it.each<[string, unknown, unknown]>([
    ["with another body", { order: 1 }, { order: 2 }],
    ["with another body further in", { order: { items: [1, 2] } }, { order: { items: [1, 3] } }],
    ["with more text after the same beginning", "x".repeat(500), "x".repeat(501)],
    ["with other bytes", new Uint8Array([1]), new Uint8Array([2]).buffer],
  ])("%s", (_what, body, received) => {
    const { sent, sendersOf } = queue();
    sent("a", body);
    expect(sendersOf({ id: "1", body: received })).toEqual([]);
  });

  it("that the queue took before or after", () => {
    const { at, sent, sendersOf } = queue();
    at(200_000);
    sent("a", "x");
    at(300_000);
    sent("b", "x");
    const body = "x";
    expect(sendersOf({ id: "1", body, timestamp: new Date(100_000) })).toEqual([]);
    expect(sendersOf({ id: "2", body, timestamp: new Date(250_000) })).toEqual([]);
    expect(sendersOf({ id: "3", body, timestamp: new Date(300_000) })).toEqual(["b"]);
    expect(sendersOf({ id: "4", body, timestamp: new Date(200_000) })).toEqual(["a"]);
  });

  it("that the queue has refused", () => {
    const { send, sendersOf } = queue();
    send("a", "x")(false);
    expect(sendersOf({ id: "1", body: "x" })).toEqual([]);
  });

  it("that was sent longest ago of too many", () => {
    const { sent, sendersOf } = queue();
    for (let i = 0; i <= MAX_SENT_MESSAGES; i++) sent(String(i), i);
    expect(sendersOf({ id: "first", body: 0 })).toEqual([]);
    expect(sendersOf({ id: "second", body: 1 })).toEqual(["1"]);
    expect(sendersOf({ id: "last", body: MAX_SENT_MESSAGES })).toEqual([String(MAX_SENT_MESSAGES)]);
  });
});

it("runs no code of a body's", () => {
  const code = vi.fn();
  const body = {
    get field() {
      code();
      return 1;
    },
    toJSON: code,
    nested: { toString: code, [Symbol.toPrimitive]: code },
  };
  const { sent, sendersOf } = queue();
  sent("a", body);
  sendersOf({ id: "1", body });
  expect(code).not.toHaveBeenCalled();
});

it("survives bodies that cannot be read", () => {
  const { sent, sendersOf } = queue();
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("of the proxy");
      },
    },
  );
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  sent("a", hostile, cyclic);
  expect(sendersOf({ id: "1", body: hostile })).toEqual([]);
  expect(sendersOf({ id: "2", body: structuredClone(cyclic) })).toEqual(["a"]);
});

describe("what another isolate has sent", () => {
  const elsewhere = () => {
    const sender = queue();
    const told = sender.sent("5e4de5", { order: 1 }, { order: 2 });
    return { told, messages: new SentMessages(() => 100_000) };
  };
  const delivered = (n: number) => ({ id: String(n), timestamp: new Date(100_000), body: { order: n } });

  it("is known once that is told, and told again changes nothing", () => {
    const { told, messages } = elsewhere();
    expect(messages.unknownOf([delivered(1), delivered(3)])).toHaveLength(2);
    messages.learn(told);
    messages.learn(JSON.parse(JSON.stringify(told)));
    const senders = messages.sendersOf([delivered(1), delivered(2), delivered(3)]);
    expect(senders.map(({ spanId }) => spanId)).toEqual(["5e4de5"]);
    expect(messages.unknownOf([delivered(1), delivered(3)])).toHaveLength(1);
    // As many as were sent.
    expect(messages.unknownOf([{ ...delivered(1), id: "9" }])).toHaveLength(1);
  });

  it("is told without its body", () => {
    const { told } = elsewhere();
    expect(told.map(({ outline }) => outline)).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
    expect(told[0]?.outline).not.toBe(told[1]?.outline);
  });

  it("is nothing where the queue has refused it", () => {
    expect(queue().send("a", "body")(false)).toEqual([]);
  });
});
