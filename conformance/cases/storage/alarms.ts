// Setting, reading and taking back alarms, and points in time to go back to.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

const FAR = Date.UTC(2100, 0);

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { storage } = this.ctx;
    const calls = {
      none: () => storage.getAlarm(),
      set: () => storage.setAlarm(FAR),
      get: () => storage.getAlarm({ allowConcurrency: true }),
      setDate: () =>
        storage.setAlarm(new Date(FAR + 0.5), { allowUnconfirmed: true, allowConcurrency: true }),
      getDate: () => storage.getAlarm(),
      delete: () => storage.deleteAlarm({ allowConcurrency: true }),
      deleteNone: () => storage.deleteAlarm(),
      bookmark: async () => (await storage.getCurrentBookmark()).length,
      bookmarkForTime: () => storage.getBookmarkForTime(FAR),
      restoreBookmark: () => storage.onNextSessionRestoreBookmark("none"),
    };
    return Response.json(await callEach(calls));
  }

  override alarm(): void {}
}

/** Without a handler for alarms none can be set. */
export class Sleepless extends DurableObject {
  override async fetch(): Promise<Response> {
    return Response.json(await callEach({ refused: () => this.ctx.storage.setAlarm(FAR) }));
  }
}

export default {
  async fetch(_request, env) {
    const objects = [env.OBJECTS, env.OTHERS].map((objects) => objects.getByName("one"));
    const answers = [];
    for (const object of objects) answers.push(await (await object.fetch("http://object/")).json());
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
