// Constructors that throw, at once or in what they block events with: no event gets through, and the next tries again.
import { DurableObject, tracing } from "cloudflare:workers";

let attempts = 0;

export class Throwing extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    console.log("throwing");
    if (attempts++ === 0)
      tracing.enterSpan("migrate", () => {
        throw new RangeError("not yet");
      });
  }

  override fetch(): Response {
    return new Response("made");
  }
}

export class Blocking extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      await tracing.enterSpan("load", () => ctx.storage.get("version"));
      throw new RangeError("not ever");
    });
  }

  override fetch(): Response {
    return new Response("never");
  }
}

export default {
  async fetch(_request, env) {
    const answers = [];
    for (const [name, objects] of Object.entries({
      first: env.OBJECTS,
      second: env.OBJECTS,
      third: env.OTHERS,
    })) {
      answers.push(
        await tracing.enterSpan(name, async () => {
          try {
            return await (await objects.getByName("one").fetch(`http://object/${name}`)).text();
          } catch (error) {
            return String(error);
          }
        }),
      );
    }
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
