// A Hono application with Hono's own OpenTelemetry middleware, and a library that is instrumented with OpenTelemetry.
import { instrument, tracing } from "@enterspan/tracing";
import { registerOpenTelemetry } from "@enterspan/tracing/otel";
import { httpInstrumentationMiddleware } from "@hono/otel";
import { trace } from "@opentelemetry/api";
import { Hono } from "hono";
import { priceOf } from "./library.ts";

interface Env {
  /** Base URLs of the receiver, and of what the Worker calls. */
  COLLECTOR: string;
  UPSTREAM: string;
}

registerOpenTelemetry();

const app = new Hono<{ Bindings: Env }>();

app.use(httpInstrumentationMiddleware({ serviceName: "otel", captureRequestHeaders: ["x-kind"] }));
app.get("/prices/:item", (c) =>
  tracing.enterSpan("handle", async () => {
    const price = await priceOf(c.req.param("item"), () => fetch(`${c.env.UPSTREAM}/${c.req.param("item")}`));
    trace.getActiveSpan()?.setAttribute("price", price);
    console.log(`costs ${price}`);
    return c.text(price);
  }),
);

export default instrument(app, (env: Env) => ({ serviceName: "otel", endpoint: env.COLLECTOR }));
