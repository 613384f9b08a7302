// Bindings that take something and tell little: a rate limit, a dataset, a pipeline, and the version, which is data.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { RATE_LIMIT, DATASET, PIPELINE, VERSION } = env;
    const calls: Record<string, () => unknown> = {
      first: () => RATE_LIMIT.limit({ key: "a" }),
      second: () => RATE_LIMIT.limit({ key: "a" }),
      third: () => RATE_LIMIT.limit({ key: "a" }),
      noKey: () => RATE_LIMIT.limit({} as { key: string }),
      noOptions: () => (RATE_LIMIT as unknown as Record<string, () => unknown>).limit?.(),
      point: () => DATASET.writeDataPoint({ indexes: ["i"], doubles: [1, 2], blobs: ["x", null, "z"] }),
      bytes: () => DATASET.writeDataPoint({ indexes: [new ArrayBuffer(2)] }),
      nothing: () => DATASET.writeDataPoint(),
      records: () => PIPELINE.send([{ a: 1 }]),
    };
    const results: Record<string, unknown> = { version: typeof VERSION.id };
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    const shown = [RATE_LIMIT, DATASET, PIPELINE].map((one) => [Object.keys(one), one.constructor.name]);
    return Response.json({ ...results, shown });
  },
} satisfies ExportedHandler<Env>;
