// Services and objects that targets and functions give and get, over the session that has lent these.
import { DurableObject, RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

interface Adding {
  add(by: number): Promise<number>;
}

interface Session {
  cell(name: string): Promise<Adding>;
  use(service: unknown): Promise<string>;
}

interface Echoing {
  echo(text: string): Promise<string>;
}

class UserSession extends RpcTarget {
  readonly #env: Env;
  constructor(env: Env) {
    super();
    this.#env = env;
  }
  cell(name: string): unknown {
    return tracing.enterSpan("cell", () => this.#env.OBJECTS.getByName(name));
  }
  use(service: Echoing): Promise<string> {
    return tracing.enterSpan("use", () => service.echo("b"));
  }
}

export class Cell extends DurableObject {
  add(by: number): number {
    return tracing.enterSpan("add", () => by);
  }
}

export class Echo extends WorkerEntrypoint {
  echo(text: string): string {
    return tracing.enterSpan("echoing", () => text + text);
  }
}

export class Sessions extends WorkerEntrypoint<Env> {
  open(): UserSession {
    return new UserSession(this.env);
  }
  give(back: (service: unknown) => Promise<string>): Promise<string> {
    return back(this.env.SERVICE);
  }
}

interface Opening {
  open(): Promise<Session & Disposable>;
  give(back: (service: Echoing) => Promise<string>): Promise<string>;
}

export default {
  async fetch(_request, env) {
    const sessions = env.RELAY as unknown as Opening;
    using session = await sessions.open();
    const cell = await session.cell("one");
    return Response.json([
      await tracing.enterSpan("add", () => cell.add(2)),
      await tracing.enterSpan("use", () => session.use(env.SERVICE)),
      await sessions.give((service) => tracing.enterSpan("given", () => service.echo("c"))),
    ]);
  },
} satisfies ExportedHandler<Env>;
