// The asynchronous key-value calls of an object whose data SQLite keeps.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";
import { keyValueCalls } from "./calls/key-value.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    return Response.json(await callEach(keyValueCalls(this.ctx)));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;
