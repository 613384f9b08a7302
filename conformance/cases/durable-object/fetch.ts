// Two objects of one class, asked by fetch, one after another and at once.
import { DurableObject, tracing } from "cloudflare:workers";

export class Counter extends DurableObject {
  #count = 0;

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    await tracing.enterSpan(`work for ${pathname}`, () => scheduler.wait(10));
    return new Response(`${pathname} ${++this.#count}`);
  }
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    return tracing.enterSpan("handle", async () => {
      const one = env.OBJECTS.getByName(`one of ${pathname}`);
      const two = env.OBJECTS.get(env.OBJECTS.idFromName(`two of ${pathname}`));
      const answers = [
        await one.fetch("http://object/alone"),
        ...(await Promise.all([one.fetch("http://object/first"), two.fetch("http://object/second")])),
      ];
      return new Response((await Promise.all(answers.map((answer) => answer.text()))).join(", "));
    });
  },
} satisfies ExportedHandler<Env>;
