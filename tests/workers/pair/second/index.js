// Is called by another Worker.
import { DurableObject, RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  add(n) {
    return tracing.enterSpan("add", () => n + 1);
  }
}

export class Greeter extends DurableObject {
  greet(name) {
    return tracing.enterSpan("greet", () => `hello ${name}`);
  }
}

export class Second extends WorkerEntrypoint {
  greet(name) {
    return tracing.enterSpan("greet", () => `hello ${name}`);
  }
  counter() {
    return new Counter();
  }
}

export default {
  fetch: () => tracing.enterSpan("answer", () => new Response("fetched")),
};
