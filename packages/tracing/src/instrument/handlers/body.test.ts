// On Node, a response's body has been sent when its reader has had all of it; one in memory need not be waited for.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { noteReceived } from "../stream-length.ts";
import { type BodyEnd, watchBody } from "./body.ts";

function watch(response: Response): { watched: Response; ends: BodyEnd[] } {
  const ends: BodyEnd[] = [];
  return { watched: watchBody(response, (end) => ends.push(end)), ends };
}

const streamed = (source: UnderlyingDefaultSource<Uint8Array>) =>
  new Response(new ReadableStream(source, { highWaterMark: 0 }), { status: 201, headers: { "x-a": "1" } });

it.each<[string, () => Response]>([
  ["text", () => new Response("hello")],
  ["JSON", () => Response.json({ hello: 1 })],
  ["bytes", () => new Response(new Uint8Array(3))],
  ["a blob", () => new Response(new Blob(["hello"]))],
  ["a form", () => new Response(new URLSearchParams("a=1"))],
  ["nothing", () => new Response(null, { status: 204 })],
])("leaves %s untouched and waits for nothing", async (_, make) => {
  const response = make();
  const { watched, ends } = watch(response);
  expect(watched).toBe(response);
  expect(ends).toEqual(["sent"]);
  expect(await watched.text()).toBe(await make().text());
});

it("waits for a stream's last chunk to be taken, and changes nothing of it", async () => {
  let pulls = 0;
  const { watched, ends } = watch(
    streamed({
      pull(controller) {
        pulls++;
        if (pulls === 1) controller.enqueue(new Uint8Array([1]));
        else controller.close();
      },
    }),
  );
  expect([watched.status, watched.headers.get("x-a")]).toEqual([201, "1"]);
  expect([pulls, ends]).toEqual([0, []]);
  expect([...new Uint8Array(await watched.arrayBuffer())]).toEqual([1]);
  await expect.poll(() => ends).toEqual(["sent"]);
});

it("tells of a stream that is given up, and gives up its source", async () => {
  let reason: unknown;
  const { watched, ends } = watch(
    streamed({
      cancel(given) {
        reason = given;
      },
    }),
  );
  await watched.body?.cancel("enough");
  await expect.poll(() => ends).toEqual(["canceled"]);
  expect(reason).toBe("enough");
});

it("tells of a stream that fails", async () => {
  const error = new Error("broken");
  const { watched, ends } = watch(
    streamed({
      pull() {
        throw error;
      },
    }),
  );
  await expect(watched.text()).rejects.toBe(error);
  await expect.poll(() => ends).toEqual([{ error }]);
});

it("lets a response of fetch through, and waits for its body in another response", async () => {
  const server = createServer((_, response) => void response.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const passed = watch(await fetch(url));
    expect(passed.ends).toEqual(["sent"]);
    expect(await passed.watched.text()).toBe("hello");

    const fetched = await fetch(url);
    noteReceived(fetched);
    const { watched, ends } = watch(new Response(fetched.body, { headers: { "x-a": "1" } }));
    expect(ends).toEqual([]);
    expect(await watched.text()).toBe("hello");
    await expect.poll(() => ends).toEqual(["sent"]);
  } finally {
    server.close();
  }
});

it("lets through what came over the network, of which a stream of its own is no sign", () => {
  const response = Object.defineProperty(streamed({}), "url", { value: "http://elsewhere.test/" });
  const { watched, ends } = watch(response);
  expect(watched).toBe(response);
  expect(ends).toEqual(["sent"]);
});
