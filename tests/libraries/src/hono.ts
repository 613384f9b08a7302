// Hono: middleware around routes, a route that fails, streaming, bindings and waitUntil.
import { Hono } from "hono";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { streamText } from "hono/streaming";
import { timing } from "hono/timing";

const app = new Hono<{ Bindings: { KV: KVNamespace } }>();
app.use("/hello/*", etag());
app.use("/timed", timing({ total: false }));
app.get("/hello/:name", (c) => c.json({ hello: c.req.param("name") }));
app.get("/timed", (c) => c.text("timed"));
app.get("/kv/:key", async (c) => {
  await c.env.KV.put(c.req.param("key"), "stored");
  c.executionCtx.waitUntil(c.env.KV.delete("another"));
  return c.text((await c.env.KV.get(c.req.param("key"))) ?? "missing");
});
app.get("/stream", (c) =>
  streamText(c, async (stream) => {
    for (const word of ["one ", "two ", "three"]) await stream.write(word);
  }),
);
app.post("/echo", async (c) => c.json(await c.req.json()));
app.get("/refused", () => {
  throw new HTTPException(401, { message: "not you" });
});
app.get("/broken", () => {
  throw new Error("broken");
});
app.onError((error, c) =>
  error instanceof HTTPException ? error.getResponse() : c.text(`${error.name}: ${error.message}`, 500),
);

export default app;
