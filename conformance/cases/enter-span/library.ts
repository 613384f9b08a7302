// A module without access to the handler's context traces by the import alone.
import { priceOf } from "./library/price.ts";

export default {
  async fetch() {
    return Response.json({ total: await priceOf(["apple", "pear"]) });
  },
} satisfies ExportedHandler;
