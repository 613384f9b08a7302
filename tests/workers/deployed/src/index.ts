// A Worker that instruments itself, for wherever it is deployed: classes of every kind, and who calls them.
import { instrument, tracing } from "@enterspan/tracing";
import { config, type Env } from "./env.ts";

export { Counter, Doubler } from "./counter.ts";
export { Fields, Greeter } from "./entrypoints.ts";
export { Legacy, Room, Sealed } from "./room.ts";

export default instrument(
  {
    async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
      const url = new URL(request.url);
      const [, route, argument = ""] = url.pathname.split("/");
      const object = url.searchParams.get("object") ?? "one";
      const counter = env.COUNTER.getByName(object);
      switch (route) {
        case "call":
          return tracing.enterSpan("call", () => counter.fetch(`http://counter/${argument}`));
        case "forward":
          return counter.fetch(request);
        case "increment":
          return new Response(String(await counter.increment(Number(argument))));
        case "double":
          return new Response(String(await env.DOUBLER.getByName(object).increment(Number(argument))));
        case "fail":
          return new Response(await counter.fail().catch(String));
        case "identity":
          return Response.json(await counter.identity());
        case "wake":
          await counter.wake();
          return new Response("set");
        case "greet":
          return env.GREETER.fetch(`http://greeter/${argument}`);
        case "exported":
          return (ctx.exports as unknown as { Greeter: Fetcher }).Greeter.fetch(`http://greeter/${argument}`);
        case "fields":
          return new Response(
            `${await (await env.FIELDS.fetch("http://fields/")).text()}, ${await env.FIELDS.greet()}`,
          );
        case "legacy":
          return env.LEGACY.getByName("one").fetch(request);
        case "sealed":
          return env.SEALED.getByName("one").fetch(request);
        case "room":
          return env.ROOM.getByName(argument).fetch(request);
        default:
          return new Response("nothing here", { status: 404 });
      }
    },
  },
  config,
);
