// itty-router: a router that is the default export itself, whose handlers return plain values.
import { AutoRouter, error, withParams } from "itty-router";

const router = AutoRouter({ before: [withParams] });

router
  .get("/todos/:id", ({ id }) => ({ id, done: false }))
  .get("/text", () => "just text")
  .get("/teapot", () => error(418, "a teapot"))
  .get("/broken", () => {
    throw new Error("broken");
  })
  .post("/json", async (request: Request) => request.json())
  .get("/kv", async (_request: Request, env: { KV: KVNamespace }) => {
    await env.KV.put("key", JSON.stringify([1, 2]));
    return env.KV.get("key", "json");
  });

export default router;
