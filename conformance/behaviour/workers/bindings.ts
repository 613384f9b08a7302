// Does at random what programs do with bindings and with an object's storage, and answers what came of each step: of one
// seed always the same, whoever watches. `?seed=1&steps=20`.
import { DurableObject } from "cloudflare:workers";
import { attempt, Dice, show } from "./seeded.ts";

/** A binding as a program may misuse it. */
// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is not there, too
type Any = any;

type Step = (dice: Dice, env: Any) => unknown;

const bytes = (text: string) => new TextEncoder().encode(text);
const stream = (text: string) => new Response(text).body;

/** Keys and values, right and wrong, that all stores are given. */
const KEYS = ["a", "b", "c", "żółć", "", ".", "x".repeat(600), 5, undefined, null, { toString: () => "a" }];
const VALUES: (() => unknown)[] = [
  () => "text",
  () => "",
  () => '{"n":[1,2]}',
  () => bytes("bytes"),
  () => bytes("buffer").buffer,
  () => stream("streamed"),
  () => null,
  () => undefined,
  () => 7,
  () => ({ an: "object" }),
];
/** Mostly the same few, so that what is read has been written. */
const key = (dice: Dice) => (dice.roll(4) > 0 ? dice.pick(["a", "b"]) : dice.pick(KEYS));
const value = (dice: Dice) => (dice.roll(3) > 0 ? dice.pick(["abc", '{"n":[1,2]}']) : dice.pick(VALUES)());

/** What is read of an R2 object; what differs from run to run is left out. */
const described = async (object: Any) =>
  object && {
    key: object.key,
    size: object.size,
    httpMetadata: object.httpMetadata,
    customMetadata: object.customMetadata,
    range: object.range,
    kind: object.constructor.name,
    text: object.body ? await object.text() : undefined,
  };

/** What is read of a D1 result; how long it took, and where, is left out. */
const rows = ({ results, success, meta }: Any) => ({
  results,
  success,
  changes: meta.changes,
  read: meta.rows_read,
  written: meta.rows_written,
});

/** When a key ends is left out. */
const keysOf = ({ keys, ...list }: Any) => ({
  ...list,
  keys: keys.map(({ expiration: _, ...one }: Any) => one),
});

const kv: Step[] = [
  (dice, { KV }) => KV.get(key(dice)),
  (dice, { KV }) => KV.get(key(dice), dice.pick(["text", "json", "arrayBuffer", "stream", "nonsense", null])),
  (dice, { KV }) =>
    KV.get(key(dice), { type: dice.pick(["text", "json"]), cacheTtl: dice.pick([60, 1, undefined]) }),
  (dice, { KV }) => KV.get([key(dice), key(dice)], dice.pick([undefined, "json", "arrayBuffer"])),
  (dice, { KV }) => KV.getWithMetadata(key(dice), dice.pick([undefined, "json", { type: "text" }])),
  (dice, { KV }) => KV.put(key(dice), value(dice)),
  (dice, { KV }) =>
    KV.put(key(dice), value(dice), {
      metadata: dice.pick([{ m: 1 }, null, "text", undefined]),
      expirationTtl: dice.pick([60, 1, undefined, "soon"]),
    }),
  (dice, { KV }) => KV.delete(key(dice)),
  (dice, { KV }) =>
    KV.list({ prefix: dice.pick(["a", "z", undefined]), limit: dice.pick([1, 1_000, 0, undefined]) }).then(
      keysOf,
    ),
  (_, { KV }) => KV.list().then(keysOf),
  (_, { KV }) => KV.get(),
  (_, { KV }) => KV.put("only a key"),
  (_, { KV: { get } }) => get("without this"),
  (dice, { KV }) => Promise.all([KV.get("a"), KV.put("b", "both"), KV.get(key(dice))]),
  (_, { KV }) => [Object.keys(KV), JSON.stringify(KV), String(KV), KV.get.name, KV.get.length, "get" in KV],
  (_, { KV }) => KV.get("a") instanceof Promise,
  (_, { KV }) => attempt(() => structuredClone(KV)),
];

const d1: Step[] = [
  (dice, { DB }) =>
    DB.prepare("INSERT INTO t (n, s) VALUES (?, ?)").bind(dice.roll(5), value(dice)).run().then(rows),
  (dice, { DB }) =>
    DB.prepare("SELECT n, s FROM t WHERE n = ? ORDER BY id").bind(dice.roll(5)).all().then(rows),
  (_, { DB }) => DB.prepare("SELECT count(*) AS c FROM t").first("c"),
  (_, { DB }) => DB.prepare("SELECT count(*) AS c FROM t").first(),
  (_, { DB }) => DB.prepare("SELECT 1 AS one").first("nothing"),
  (_, { DB }) => DB.prepare("SELECT n FROM t ORDER BY id").raw({ columnNames: true }),
  (dice, { DB }) =>
    DB.prepare("SELECT ?1 + ?2")
      .bind(1, ...[2, 3].slice(0, dice.roll(3)))
      .raw(),
  (_, { DB }) => DB.prepare("SELECT FROM").all(),
  (_, { DB }) => DB.exec("SELECT 1;\nSELECT 2").then(({ count }: Any) => count),
  (_, { DB }) => DB.exec("NONSENSE"),
  (dice, { DB }) => {
    const insert = DB.prepare("INSERT INTO t (n, s) VALUES (?, ?)");
    return DB.batch([insert.bind(dice.roll(5), "batch"), DB.prepare("SELECT count(*) AS c FROM t")]).then(
      (all: Any) => all.map(rows),
    );
  },
  (_, { DB }) =>
    DB.batch([DB.prepare("INSERT INTO t (n, s) VALUES (9, 'undone')"), DB.prepare("SELECT FROM")]),
  (_, { DB }) => DB.batch([]),
  (_, { DB }) => {
    const session = DB.withSession("first-primary");
    return session.prepare("SELECT count(*) AS c FROM t").first("c");
  },
  (_, { DB }) => [Object.keys(DB.prepare("SELECT 1")), String(DB.prepare("SELECT 1")), DB.prepare.length],
];

const r2: Step[] = [
  (dice, { BUCKET }) => BUCKET.put(key(dice), value(dice)).then(described),
  (dice, { BUCKET }) =>
    BUCKET.put(key(dice), value(dice), {
      httpMetadata: dice.pick([
        { contentType: "text/plain" },
        new Headers({ "content-type": "a/b" }),
        undefined,
      ]),
      customMetadata: dice.pick([{ some: "thing" }, undefined]),
      onlyIf: dice.pick([{ etagMatches: "none" }, undefined]),
      md5: dice.pick(["900150983cd24fb0d6963f7d28e17f72", "bad", undefined]),
    }).then(described),
  (dice, { BUCKET }) => BUCKET.get(key(dice)).then(described),
  (dice, { BUCKET }) =>
    BUCKET.get(key(dice), {
      range: dice.pick([{ offset: 1, length: 2 }, { suffix: 3 }, { offset: 99 }]),
    }).then(described),
  (dice, { BUCKET }) => BUCKET.head(key(dice)).then(described),
  (dice, { BUCKET }) => BUCKET.delete(dice.pick([key(dice), [key(dice), "b"], []])),
  (dice, { BUCKET }) =>
    BUCKET.list({
      prefix: dice.pick(["a", undefined]),
      limit: dice.pick([1, 1_000, -1]),
      delimiter: dice.pick(["/", undefined]),
    }).then(({ objects, truncated, delimitedPrefixes }: Any) => [
      objects.map((one: Any) => one.key),
      truncated,
      delimitedPrefixes,
    ]),
  async (_, { BUCKET }) => {
    const upload = await BUCKET.createMultipartUpload("parts");
    const part = await upload.uploadPart(1, "the only part");
    return described(await BUCKET.resumeMultipartUpload(upload.key, upload.uploadId).complete([part]));
  },
  async (dice, { BUCKET }) => {
    const upload = await BUCKET.createMultipartUpload("given up");
    await upload.abort();
    return upload.uploadPart(dice.pick([1, 0, "x"]), "late").then(String);
  },
  (_, { BUCKET }) => [Object.keys(BUCKET), JSON.stringify(BUCKET), BUCKET.put.name, BUCKET.put.length],
];

const cached = (text: string, init?: ResponseInit) =>
  new Response(text, { headers: { "cache-control": "max-age=60" }, ...init });
const caching: Step[] = [
  (dice) => caches.default.put(`http://cache/${dice.roll(3)}`, cached("kept")),
  (dice) => caches.default.match(`http://cache/${dice.roll(3)}`).then((found) => found?.text()),
  (dice) => caches.default.delete(`http://cache/${dice.roll(3)}`),
  () => caches.default.put(new Request("http://cache/0", { method: "POST" }), cached("posted")),
  () => caches.default.put("http://cache/0", cached("part", { status: 206 })),
  () => caches.default.put("nowhere", cached("x")),
  () => (caches.default as Any).match(),
  async () => (await (await caches.open("other")).match("http://cache/0"))?.status,
  () => [Object.keys(caches.default), caches.default instanceof Cache, caches.default.match.length],
];

/** Done inside of an object, all in one event. */
const storage: ((dice: Dice, storage: Any) => unknown)[] = [
  (dice, { kv }) => kv.put(dice.pick(["a", "b", ""]), dice.pick([1, { n: [1] }, new Date(0), undefined])),
  (dice, { kv }) => kv.get(dice.pick(["a", "b", "none"])),
  (dice, { kv }) => kv.delete(dice.pick(["a", "none"])),
  (_, { kv }) => [...kv.list({ limit: 5, prefix: "a" })],
  (dice, own) => own.get(dice.pick(["a", ["a", "b"], undefined, 7])),
  (dice, own) => own.put(dice.pick(["c", { d: 1, e: 2 }, {}]), dice.pick(["value", undefined, () => {}])),
  (dice, own) => own.delete(dice.pick(["c", ["d", "e"]])),
  (_, own) => own.list({ reverse: true, limit: 3 }),
  (dice, { sql }) => [...sql.exec("INSERT INTO t (n) VALUES (?) RETURNING n", dice.roll(9))],
  (_, { sql }) => sql.exec("SELECT count(*) AS c FROM t").one(),
  (_, { sql }) => {
    const cursor = sql.exec("SELECT n FROM t ORDER BY id LIMIT 3");
    return [
      cursor.columnNames,
      cursor.next(),
      cursor.rowsRead,
      cursor.toArray(),
      cursor.rowsRead,
      cursor.next(),
    ];
  },
  (_, { sql }) => sql.exec("SELECT n FROM t ORDER BY id").raw().toArray(),
  (_, { sql }) => sql.exec("SELECT 1; SELECT 2").one(),
  (_, { sql }) => sql.exec("NONSENSE"),
  (_, { sql }) => sql.exec("SELECT ?", 1, 2),
  (_, own) => own.transactionSync(() => own.sql.exec("INSERT INTO t (n) VALUES (99)").rowsWritten > 0),
  (_, own) =>
    own.transactionSync(() => {
      own.sql.exec("DELETE FROM t");
      throw new RangeError("undone");
    }),
  (_, own) =>
    own.transaction(async (one: Any) => [await one.get("c"), await one.put("c", "in it"), one.rollback()]),
  (_, own) => own.getAlarm(),
  (_, own) => own.sync(),
  (_, own) => [
    Object.keys(own),
    Object.keys(own.sql),
    Object.keys(own.kv),
    own.get.name,
    own.sql.exec.length,
  ],
];

export class Store extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const { storage: own } = this.ctx;
    own.sql.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, n INTEGER)");
    return Response.json(
      await play(request, [["storage", storage.map((step) => (dice) => step(dice, own))]], {}),
    );
  }
}

async function play(request: Request, stores: [name: string, steps: Step[]][], env: Any): Promise<string[]> {
  const { searchParams } = new URL(request.url);
  const dice = new Dice(Number(searchParams.get("seed")));
  const answers: string[] = [];
  for (let i = 0; i < Number(searchParams.get("steps")); i++) {
    const [name, steps] = dice.pick(stores);
    const at = dice.roll(steps.length);
    answers.push(`${i}: ${name} ${at}: ${await attempt(async () => read(await steps[at]?.(dice, env)))}`);
  }
  return answers;
}

/** A stream's text, and what else there is as it is. */
const read = async (value: unknown) =>
  value instanceof ReadableStream ? `a stream of ${show(await new Response(value).text())}` : value;

export default {
  async fetch(request: Request, env: Any): Promise<Response> {
    await env.DB.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT)");
    const stores: [string, Step[]][] = [
      ["kv", kv],
      ["d1", d1],
      ["r2", r2],
      ["cache", caching],
    ];
    const answers = await play(request, stores, env);
    const inside = await env.OBJECTS.getByName("one").fetch(request);
    return Response.json([...answers, ...((await inside.json()) as string[])]);
  },
};
