// JSON of stubs, their members and what calls give: it asks for `toJSON`, which is there as every member is, and nobody is
// called.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Api extends WorkerEntrypoint {
  one(): number {
    return 1;
  }
  toJSON(): string {
    return "called";
  }
}

export class Counter extends DurableObject {}

// As JavaScript calls them.
// biome-ignore lint/suspicious/noExplicitAny: no type has these members
type Any = any;

export default {
  async fetch(_request, env) {
    const [service, object] = [env.SERVICE as Any, env.OBJECTS.getByName("one") as Any];
    const one = service.one();
    const calls: Record<string, () => unknown> = {
      stub: () => [service, object],
      member: () => [service.member, object.member, service.fetch],
      deeper: () => ({ a: service.member.deeper }),
      promise: () => [one, one.more],
    };
    const answers: Record<string, unknown> = {};
    for (const [name, make] of Object.entries(calls)) {
      answers[name] = await tracing.enterSpan(name, () => Response.json(make()).text());
      answers[`${name} text`] = tracing.enterSpan(`${name} text`, () => JSON.stringify(make()));
    }
    answers.one = await one;
    answers.asked = await tracing.enterSpan("asked", () => service.toJSON());
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
