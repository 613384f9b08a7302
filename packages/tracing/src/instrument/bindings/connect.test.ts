// Sockets are stood in for by a class that opens, closes and goes over to TLS when the test says so. What workerd's own do
// is compared in conformance/cases/sockets.
import { expect, it } from "vitest";
import { active, tracing } from "../../process.ts";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentEnv } from "../env.fixture.ts";
import { type Connector, traceConnect } from "./connect.ts";

function network() {
  class StandIn {
    readonly #opened = Promise.withResolvers<unknown>();
    readonly #closed = Promise.withResolvers<unknown>();
    upgraded = false;
    constructor() {
      for (const { promise } of [this.#opened, this.#closed]) promise.catch(() => {});
    }
    get opened() {
      return this.#opened.promise;
    }
    get closed() {
      return this.#closed.promise;
    }
    refuse(error: Error) {
      this.#opened.reject(error);
      this.#closed.reject(error);
    }
    async close() {
      this.#closed.resolve(undefined);
      await this.#closed.promise;
    }
    startTls() {
      this.upgraded = true;
      void this.close();
      return new StandIn();
    }
  }
  const connector = {
    connect(address: unknown, _options?: unknown) {
      if (address === "bad") throw new TypeError("Specified address is missing port.");
      return new StandIn();
    },
  };
  traceConnect({ active }, connector as unknown as Connector);
  return connector;
}

/** One that is open while the call `name` is made is in a span of that name. */
const call = (name: string) => tracing.enterSpan(name, () => {});

it("has the span until the socket is closed", async () => {
  const { connect } = network();
  const { root, spans } = await record(async () => {
    const socket = connect({ hostname: "db", port: 5432 });
    await Promise.resolve();
    call("while it is open");
    await socket.close();
    call("after it");
  });
  expect(shape(root)).toEqual(["root", ["connect"], ["while it is open"], ["after it"]]);
  const [, connection, during, after] = spans.toSorted(byStart);
  expect(connection?.name).toBe("connect");
  expect(root?.children[0]?.attributes).toEqual({ "server.address": "db", "server.port": 5432 });
  expect(connection?.endTimeUnixNano).toBeGreaterThanOrEqual(during?.endTimeUnixNano ?? 0n);
  expect(connection?.endTimeUnixNano).toBeLessThanOrEqual(after?.startTimeUnixNano ?? 0n);
});

it("goes on with the socket that TLS makes of it", async () => {
  const { connect } = network();
  const { root, spans } = await record(async () => {
    const socket = connect("db:5432");
    const secured = socket.startTls();
    await socket.closed;
    call("over TLS");
    await secured.close();
  });
  expect(shape(root)).toEqual(["root", ["connect"], ["over TLS"]]);
  const [, connection, during] = spans.toSorted(byStart);
  expect(connection?.endTimeUnixNano).toBeGreaterThanOrEqual(during?.endTimeUnixNano ?? 0n);
  expect(root?.children[0]?.attributes).toEqual({ "server.address": "db", "server.port": 5432 });
});

it("ends one that nobody closes with the invocation, and says so", async () => {
  const { connect } = network();
  const { root } = await record(() => void connect("db:1"));
  expect(root?.children[0]?.attributes).toMatchObject({ "enterspan.unfinished": true });
});

it("fails where the connection does, once, and nothing around it", async () => {
  const { connect } = network();
  const { root } = await record(() =>
    tracing.enterSpan("around", async () => {
      const socket = connect("db:1");
      socket.refuse(new Error("nobody listens"));
      await Promise.allSettled([socket.opened]);
    }),
  );
  expect(root?.children[0]?.status.code).toBe(0);
  const connection = root?.children[0]?.children[0];
  expect(connection?.attributes).toMatchObject({ "error.type": "Error" });
  expect(connection?.status).toEqual({ code: 2, message: "nobody listens" });
  expect(connection?.events.map(({ name }) => name)).toEqual(["exception"]);
});

it("has no span of an address that is refused, nor outside of an invocation", async () => {
  const { connect } = network();
  const { root, result } = await record(() => connect("bad"));
  expect(shape(root)).toEqual(["root"]);
  expect(result).toMatchObject({ status: "rejected", reason: expect.any(TypeError) });
  await connect("db:1").close();
});

it("is one span where what is traced is traced again", async () => {
  const again = { connect: network().connect };
  traceConnect({ active }, again as unknown as Connector);
  const { root } = await record(() => again.connect("db:1").close());
  expect(shape(root)).toEqual(["root", ["connect"]]);
  expect([again.connect.name, again.connect.length]).toEqual(["connect", 2]);
});

it("knows Hyperdrive by its binding, and by the host that it gives to drivers", async () => {
  const { connect } = network();
  class Hyperdrive {
    host = "0123.hyperdrive.local";
    port = 5432;
    connect() {
      return connect(this);
    }
  }
  const env = { DATABASE: new Hyperdrive() };
  instrumentEnv(testRuntime().runtime, env);
  const { root } = await record(async () => {
    await connect({ hostname: env.DATABASE.host, port: env.DATABASE.port }).close();
  });
  expect(root?.children.map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      "hyperdrive_connect",
      { "cloudflare.binding.type": "Hyperdrive", "cloudflare.binding.name": "DATABASE" },
    ],
  ]);
});

const byStart = (one: { startTimeUnixNano: bigint }, other: { startTimeUnixNano: bigint }) =>
  Number(one.startTimeUnixNano - other.startTimeUnixNano);
