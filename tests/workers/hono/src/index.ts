// A Hono application as its users write them: nothing in it knows of tracing.
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { streamText } from "hono/streaming";

const app = new Hono();

app.use(async (c, next) => {
  await next();
  c.header("x-served-by", "hono");
});
app.get("/hello/:name", (c) => c.json({ hello: c.req.param("name") }));
app.post("/echo", async (c) => c.text(await c.req.text()));
app.get("/stream", (c) =>
  streamText(c, async (stream) => {
    for (const word of ["one", "two", "three"]) await stream.write(`${word} `);
  }),
);
app.get("/wait", (c) => {
  c.executionCtx.waitUntil(scheduler.wait(5));
  return c.text("later");
});
app.get("/forbidden", () => {
  throw new HTTPException(403, { message: "not you" });
});
app.get("/broken", () => {
  throw new Error("broken on purpose");
});

export default app;
