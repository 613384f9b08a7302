// The request that came in, passed on to an object of a class that extends nothing, which keeps its state under a name of
// its own.
import { tracing } from "cloudflare:workers";

export class Old {
  readonly itsState: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.itsState = state;
  }

  async fetch(request: Request): Promise<Response> {
    const body = await tracing.enterSpan("read", () => request.text());
    return new Response(`${request.method} ${body} ${this.itsState.id.name}`);
  }
}

export default {
  fetch: (request, env) => env.OBJECTS.getByName("one").fetch(request),
} satisfies ExportedHandler<Env>;
