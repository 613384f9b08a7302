// Bindings that are other Workers here, called over RPC: mail to send, a secret to read.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { EMAIL, SECRET } = env;
    const calls: Record<string, () => unknown> = {
      mail: async () =>
        typeof (await EMAIL.send({ from: "a@example.com", to: "b@example.com", subject: "s", text: "t" }))
          .messageId,
      many: async () =>
        typeof (
          await EMAIL.send({
            from: { email: "a@example.com", name: "A" },
            to: ["b@example.com", "c@example.com"],
            subject: "s",
            text: "t",
          })
        ).messageId,
      incomplete: () => EMAIL.send({ from: "a@example.com" } as never),
      secret: () => SECRET.get(),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    const shown = [EMAIL, SECRET].map((one) => [Object.keys(one), one.constructor.name]);
    return Response.json({ ...results, shown });
  },
} satisfies ExportedHandler<Env>;
