// The Images binding, which is the runtime's own JavaScript and makes its spans itself.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export default {
  async fetch(_request, { IMAGES }) {
    const png = Uint8Array.from(atob(PNG), (character) => character.charCodeAt(0));
    const image = () => new Blob([png]).stream();
    const calls: Record<string, () => unknown> = {
      info: () => IMAGES.info(image()),
      output: async () =>
        (
          await IMAGES.input(image()).transform({ rotate: 90 }).output({ format: "image/jpeg", quality: 50 })
        ).contentType(),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
