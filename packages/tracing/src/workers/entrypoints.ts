// The classes that Workers extend. Here they are what users' code sees of them: `ctx` and `env` on the instance, and an
// identity for `instanceof`. Who makes instances decides what the two are.

export abstract class Entrypoint<Context, Env> {
  protected ctx: Context;
  protected env: Env;

  constructor(ctx: Context, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}

export abstract class WorkerEntrypoint<Env = unknown, Context = unknown> extends Entrypoint<Context, Env> {}

export abstract class DurableObject<Env = unknown, Context = unknown> extends Entrypoint<Context, Env> {}

export abstract class WorkflowEntrypoint<Env = unknown, Context = unknown> extends Entrypoint<Context, Env> {}
