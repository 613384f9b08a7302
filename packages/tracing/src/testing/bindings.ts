// Spans for fakes of bindings. A real binding is known by its class; a fake is any object, so the test says what it
// stands for. The fake itself is left alone and gets exactly the calls that the program makes.
import { type D1Database, instrumentD1 } from "../instrument/bindings/d1.ts";
import { instrumentKv, type KvNamespace } from "../instrument/bindings/kv.ts";
import { instrumentQueue, type QueueProducer } from "../instrument/bindings/queue.ts";
import { instrumentR2, type R2Bucket } from "../instrument/bindings/r2.ts";
import { setOwn } from "../instrument/own-property.ts";
import { RecordingRuntime } from "./recording-runtime.ts";

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method | undefined>;

/** Instrumentation needs only to know which span is active, which is the same for all recordings. */
const runtime = new RecordingRuntime({ clock: "real", ids: "random", sampled: true });

const KV_METHODS = ["put", "delete", "list"];
const KV_READS = ["get", "getWithMetadata"] as const;

/**
 * Returns an object that is used as `fake` is, and whose `get`, `getWithMetadata`, `put`, `delete` and `list`, as far
 * as the fake has them, make the spans of a KV namespace called `bindingName`.
 *
 * @example
 * const ORDERS_KV = kvSpans({ get: async () => ({ items: [{ price: 2 }] }) }, "ORDERS_KV");
 * const trace = await recordTrace(() => handleOrder({ ORDERS_KV }, "17"));
 */
export function kvSpans<T extends object>(fake: T, bindingName: string): T {
  const traced = over(fake, KV_METHODS);
  instrumentKv(runtime, traced as unknown as KvNamespace, bindingName);
  for (const method of KV_READS) {
    if (typeof (fake as Methods)[method] !== "function") continue;
    setOwn(traced, method, (...args: unknown[]) => readKv(fake, method, args, bindingName));
  }
  return traced as T;
}

/**
 * The instrumentation reads a key with its metadata, and JSON as text, whatever the program asked for. A fake may know
 * only what the program asks for: it is asked for that, and the instrumentation gets what it needs made up from the
 * answer. The program gets the answer itself.
 */
async function readKv(
  fake: object,
  method: (typeof KV_READS)[number],
  args: unknown[],
  bindingName: string,
): Promise<unknown> {
  let answer: unknown;
  const isBulk = Array.isArray(args[0]);
  const read = async () => {
    answer = await (fake as Methods)[method]?.(...args);
    if (isBulk) return answer;
    const { value, metadata = null } = (method === "get" ? { value: answer } : (answer ?? {})) as {
      value?: unknown;
      metadata?: unknown;
    };
    return { value: value === undefined || value === null ? null : asRead(value, args[1]), metadata };
  };
  const namespace = { get: read, getWithMetadata: read } as unknown as KvNamespace;
  instrumentKv(runtime, namespace, bindingName);
  await namespace[method](...args);
  return answer;
}

/** What the namespace would have given to the instrumentation. */
function asRead(value: unknown, options: unknown): unknown {
  const type = typeof options === "string" ? options : (options as { type?: unknown } | undefined)?.type;
  return type === "json" ? (JSON.stringify(value) ?? "null") : value;
}

/**
 * As `kvSpans`, for a D1 database: `prepare` and the statements' `all`, `run`, `first` and `raw`, `batch`, `exec` and
 * `withSession`.
 */
export function d1Spans<T extends object>(fake: T, bindingName: string): T {
  const traced = overSource(fake, ["exec"]);
  const { withSession } = fake as Methods;
  if (typeof withSession === "function") {
    setOwn(traced, "withSession", (...args: unknown[]) => {
      const session = (fake as Methods).withSession?.(...args) as Methods;
      return over(overSource(session, []), ["getBookmark"]);
    });
  }
  instrumentD1(runtime, traced as unknown as D1Database, bindingName);
  return traced as T;
}

/** What the fake made, by what the program holds of it. */
const originals = new WeakMap<object, object>();

/** A database or session whose statements are new objects, even where a fake has one for all. */
function overSource(fake: object, methods: string[]): Methods {
  const source = over(fake, methods);
  setOwn(source, "prepare", (...args: unknown[]) =>
    overStatement((fake as Methods).prepare?.(...args) as object),
  );
  setOwn(source, "batch", (statements: object[], ...more: unknown[]) =>
    (fake as Methods).batch?.(
      statements.map((statement) => originals.get(statement) ?? statement),
      ...more,
    ),
  );
  return source;
}

function overStatement(fake: object): object {
  const statement = over(fake, ["all", "run", "first", "raw"]);
  setOwn(statement, "bind", (...args: unknown[]) =>
    overStatement((fake as Methods).bind?.(...args) as object),
  );
  originals.set(statement, fake);
  return statement;
}

const R2_METHODS = ["head", "get", "put", "list", "delete"];
const R2_UPLOAD_METHODS = ["uploadPart", "abort", "complete"];

/** As `kvSpans`, for an R2 bucket: its methods, and those of the uploads in parts that it begins or resumes. */
export function r2Spans<T extends object>(fake: T, bindingName: string): T {
  const traced = over(fake, R2_METHODS);
  const { createMultipartUpload, resumeMultipartUpload } = fake as Methods;
  if (typeof createMultipartUpload === "function") {
    setOwn(traced, "createMultipartUpload", async (...args: unknown[]) =>
      over((await createMultipartUpload.apply(fake, args)) as object, R2_UPLOAD_METHODS),
    );
  }
  if (typeof resumeMultipartUpload === "function") {
    setOwn(traced, "resumeMultipartUpload", (...args: unknown[]) =>
      over(resumeMultipartUpload.apply(fake, args) as object, R2_UPLOAD_METHODS),
    );
  }
  instrumentR2(runtime, traced as unknown as R2Bucket, bindingName);
  return traced as T;
}

/** As `kvSpans`, for the producer of a queue: `send`, `sendBatch` and `metrics`. */
export function queueSpans<T extends object>(fake: T, bindingName: string): T {
  const traced = over(fake, ["send", "sendBatch", "metrics"]);
  instrumentQueue(runtime, traced as unknown as QueueProducer, bindingName);
  return traced as T;
}

/** An object that inherits from `fake` and passes calls of `methods` on to it, so that `this` is the fake's own. */
function over(fake: object, methods: string[]): Methods {
  const object = Object.create(fake) as Methods;
  for (const method of methods) {
    if (typeof (fake as Methods)[method] !== "function") continue;
    setOwn(object, method, (...args: unknown[]) => (fake as Methods)[method]?.(...args));
  }
  return object;
}
