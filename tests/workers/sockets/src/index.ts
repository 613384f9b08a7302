// A Worker that instruments itself and opens connections: by the import that its README tells of, and by a driver, which
// an alias in the Wrangler file leads to us.
import { instrument, tracing } from "@enterspan/tracing";
import { connect } from "@enterspan/tracing/sockets";
import "@enterspan/tracing/workerd/sockets";
import { ask } from "./ask.ts";
import { query } from "./driver.ts";

interface Env {
  /** Base URL of the receiver. */
  COLLECTOR: string;
}

export default instrument(
  {
    async fetch(request: Request): Promise<Response> {
      const [, route, port] = new URL(request.url).pathname.split("/");
      const address = `127.0.0.1:${port}`;
      switch (route) {
        case "ask":
          return tracing.enterSpan("asking", async () => new Response(await ask(connect(address), "who?")));
        case "open": {
          const { opened } = connect(address);
          return new Response(String((await opened).remoteAddress));
        }
        case "refused":
          return new Response(await connect(address).opened.then(() => "opened", String));
        case "driver":
          return new Response(await query(Number(port), "who?"));
        default:
          return new Response("?", { status: 404 });
      }
    },
  },
  (env: Env) => ({ serviceName: "sockets", endpoint: env.COLLECTOR }),
);
