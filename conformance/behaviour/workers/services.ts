// Does at random what programs do with bindings to services, and answers what came of each step: of one seed always the
// same, whoever watches. `?seed=1&steps=20`.
// Long because it is one list: every step a program may take.
import { WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
import { attempt, Dice } from "./seeded.ts";

/** A binding as a program may misuse it. */
// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is not there, too
type Any = any;

interface World {
  dice: Dice;
  env: Any;
  /** A text that no other step is given. */
  unique(): string;
}

type Step = (world: World) => unknown;

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const png = () => new Blob([Uint8Array.from(atob(PNG), (character) => character.charCodeAt(0))]).stream();
const garbage = () => new Response("no image").body;

/** Tells of requests what is the program's: the trace's context is ours. */
export class Echo extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/throw") throw new RangeError("thrown by the service");
    if (pathname === "/redirect") return new Response(null, { status: 302, headers: { location: "/there" } });
    if (pathname === "/nothing") return undefined as never;
    const headers = [...request.headers].filter(([name]) => !/^(traceparent|tracestate)$/.test(name));
    const body = await request.text();
    return Response.json(
      { method: request.method, url: request.url, headers, body, cf: typeof request.cf },
      {
        status: Number(searchParams.get("status") ?? 200),
        headers: { "x-answer": "yes", "set-cookie": "a=b" },
      },
    );
  }
}

export class Flow extends WorkflowEntrypoint {
  override async run(): Promise<number> {
    return 1;
  }
}

const answered = async (response: Any) => [
  response.status,
  response.statusText,
  response.ok,
  response.redirected,
  response.url,
  response.type,
  [...response.headers],
  response.body?.constructor.name,
  await response.text(),
];

/** What it says of the backlog differs from run to run. */
const taken = (result: Any) => [typeof result, Object.keys(result ?? {})];

const BODIES: (() => unknown)[] = [
  () => "text",
  () => new Uint8Array([1, 2]),
  () => new Response("streamed").body,
  () => new URLSearchParams("a=b"),
  () => new Blob(["blob"], { type: "a/b" }),
  () => undefined,
];

const MESSAGES: (() => unknown)[] = [
  () => "text",
  () => ({ a: [1, { b: null }] }),
  () => 7,
  () => null,
  () => undefined,
  () => new Date(5),
  () => new Map([[1, 2]]),
  () => new Uint8Array([1]),
  () => 2n,
];

const steps: Step[] = [
  ({ dice, env: { SERVICE } }) =>
    SERVICE.fetch(`http://service/a?status=${dice.pick([200, 404, 500])}`).then(answered),
  ({ dice, env: { SERVICE } }) =>
    SERVICE.fetch("http://service/b", {
      method: dice.pick(["POST", "put", "DELETE", "no method", "GET"]),
      body: dice.pick(BODIES)(),
      headers: dice.pick([{ a: "b" }, [["c", "d"]], new Headers({ e: "f" }), { "no name": "x" }, undefined]),
    }).then(answered),
  ({ dice, env: { SERVICE } }) =>
    SERVICE.fetch(new Request("http://service/c", { method: "POST", body: "request" }), {
      headers: dice.pick([{ g: "h" }, undefined]),
    }).then(answered),
  ({ dice, env: { SERVICE } }) =>
    SERVICE.fetch("http://service/redirect", {
      redirect: dice.pick(["follow", "manual", "error", "nonsense"]),
    }).then(answered),
  ({ dice, env: { SERVICE } }) =>
    SERVICE.fetch(dice.pick(["http://service/throw", "http://service/nothing"])),
  ({ dice, env: { SERVICE } }) => SERVICE.fetch(dice.pick(["/relative", "", undefined, 7, {}])),
  ({ env: { SERVICE } }) => SERVICE.fetch(),
  ({ env: { SERVICE } }) => SERVICE.fetch("http://service/", { signal: AbortSignal.abort() }).then(answered),
  ({ env: { SERVICE } }) =>
    SERVICE.fetch("http://service/", { signal: AbortSignal.abort(new TypeError("given up")) }),
  async ({ env: { SERVICE } }) => {
    const request = new Request("http://service/d", { method: "POST", body: "used" });
    await request.text();
    return SERVICE.fetch(request);
  },
  async ({ env: { SERVICE } }) => {
    const response = await SERVICE.fetch("http://service/e");
    const copy = response.clone();
    await response.body.cancel();
    return [response.bodyUsed, copy.bodyUsed, (await copy.json()).url];
  },
  ({ env: { SERVICE } }) => [
    Object.keys(SERVICE),
    JSON.stringify({ SERVICE }),
    String(SERVICE),
    SERVICE.constructor.name,
    SERVICE.fetch.name,
    SERVICE.fetch.length,
    "fetch" in SERVICE,
  ],
  ({ env: { SERVICE } }) => {
    const { fetch: taken } = SERVICE;
    return taken("http://service/");
  },

  ({ env: { RATE_LIMIT }, unique }) => RATE_LIMIT.limit({ key: unique() }),
  ({ dice, env: { RATE_LIMIT } }) =>
    RATE_LIMIT.limit(dice.pick([{}, undefined, { key: 5 }, { key: null }, "k"])),
  ({ env: { RATE_LIMIT } }) => [Object.keys(RATE_LIMIT), RATE_LIMIT.limit.name, RATE_LIMIT.limit.length],
  async ({ env: { RATE_LIMIT } }) => (await RATE_LIMIT.limit({ key: "same" })).constructor.name,

  ({ dice, env: { DATASET } }) =>
    DATASET.writeDataPoint(
      dice.pick([
        undefined,
        {},
        { indexes: ["i"], doubles: [1], blobs: ["b", null] },
        { indexes: "i" },
        { doubles: ["x"] },
        7,
      ]),
    ),
  ({ env: { DATASET } }) => [Object.keys(DATASET), DATASET.writeDataPoint.length, String(DATASET)],

  ({ dice, env: { EMAIL } }) =>
    EMAIL.send({
      from: dice.pick(["a@example.com", { email: "a@example.com", name: "A" }, "", undefined]),
      to: dice.pick(["b@example.com", ["b@example.com", "c@example.com"], [], 5]),
      subject: "s",
      text: "t",
    }).then(({ messageId }: Any) => typeof messageId),
  ({ dice, env: { EMAIL } }) => EMAIL.send(dice.pick([undefined, {}, "text", null])),

  ({ env: { SECRET } }) => SECRET.get(),
  ({ env: { SECRET } }) => [Object.keys(SECRET), SECRET.get.length, SECRET.constructor.name],

  ({ dice, env: { PIPELINE } }) => PIPELINE.send(dice.pick([[{ a: 1 }], [], undefined, { a: 1 }, "x"])),

  ({ env: { HYPERDRIVE } }) => [
    HYPERDRIVE.database,
    HYPERDRIVE.user,
    HYPERDRIVE.port,
    Object.keys(HYPERDRIVE),
  ],
  ({ env: { VERSION } }) => Object.keys(VERSION).sort(),

  ({ dice, env: { IMAGES } }) => IMAGES.info(dice.pick([png, png, garbage])()),
  async ({ dice, env: { IMAGES } }) => {
    const image = IMAGES.input(png());
    const turned = dice.roll(2) === 0 ? image.transform({ rotate: 90 }) : image;
    const result = await turned.output({
      format: dice.pick(["image/jpeg", "image/png", "image/nonsense", undefined]),
    });
    return [result.contentType(), result.response().status, typeof result.image()];
  },
  ({ dice, env: { IMAGES } }) => IMAGES.input(dice.pick([undefined, "text", 5])),

  ({ dice, env: { QUEUE } }) => QUEUE.send(dice.pick(MESSAGES)()).then(taken),
  ({ dice, env: { QUEUE } }) =>
    QUEUE.send(dice.pick(MESSAGES)(), {
      contentType: dice.pick(["text", "json", "bytes", "v8", "nonsense"]),
      delaySeconds: dice.pick([0, 1, -1, undefined]),
    }).then(taken),
  ({ dice, env: { QUEUE } }) =>
    QUEUE.sendBatch(
      dice.pick([
        () => [{ body: 1 }, { body: "two", contentType: "text" }],
        () => [],
        () => new Set([{ body: 1 }]),
        () => undefined,
        () => [{ body: 1 }, undefined],
        () => [{}],
        () => "ab",
      ])(),
    ).then(taken),
  ({ env: { QUEUE } }) => QUEUE.send(),
  ({ env: { QUEUE } }) => [Object.keys(QUEUE), QUEUE.send.name, QUEUE.send.length, QUEUE.sendBatch.length],
  async ({ env: { QUEUE } }) => {
    const asked: string[] = [];
    const body = {
      get field() {
        asked.push("field");
        return 1;
      },
      toJSON() {
        asked.push("toJSON");
        return "json";
      },
    };
    return [await QUEUE.send(body, { contentType: "json" }).then(taken), asked];
  },

  async ({ dice, env: { WORKFLOW }, unique }) => {
    const id = unique();
    const instance = await WORKFLOW.create({ id, params: dice.pick([{ a: 1 }, undefined, "text"]) });
    const again = await attempt(() => WORKFLOW.create({ id }));
    return [instance.id === id, typeof (await instance.status()).status, again.replaceAll(id, "ID")];
  },
  ({ dice, env: { WORKFLOW } }) => WORKFLOW.get(dice.pick(["none", "", undefined, 5])),
  ({ dice, env: { WORKFLOW } }) => WORKFLOW.create(dice.pick([{ id: "no id !" }, { id: "" }])),
  ({ env: { WORKFLOW }, unique }) =>
    WORKFLOW.createBatch([{ id: unique() }, { id: unique() }]).then((all: Any[]) => all.length),
  ({ env: { WORKFLOW } }) => WORKFLOW.createBatch([]),
  ({ env: { WORKFLOW } }) => [Object.keys(WORKFLOW), WORKFLOW.constructor.name, WORKFLOW.create.length],
];

export default {
  async fetch(request: Request, env: Any): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const seed = Number(searchParams.get("seed"));
    const dice = new Dice(seed);
    const answers: string[] = [];
    for (let i = 0; i < Number(searchParams.get("steps")); i++) {
      const at = dice.roll(steps.length);
      const world = { dice, env, unique: once(`s${seed}-${i}`) };
      answers.push(`${i}: step ${at}: ${await attempt(() => steps[at]?.(world))}`);
    }
    return Response.json(answers);
  },
  queue() {},
};

function once(prefix: string): () => string {
  let n = 0;
  return () => `${prefix}-${n++}`;
}
