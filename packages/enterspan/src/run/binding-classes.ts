// Bindings as classes of ours around wrangler's stand-ins, which are proxies: they have no class that instrumentation
// could know them by, and take no properties of their own.

type Method = (...args: unknown[]) => unknown;
type Stub = Record<string, Method>;

/** What instances stand in for. */
const stubs = new WeakMap<object, Stub>();

const stubOf = (instance: unknown): unknown => stubs.get(instance as object) ?? instance;

/** What becomes of a method's arguments and of what it returns; null passes both on. */
type Passing = { args?: (args: unknown[]) => unknown[]; result?: (result: unknown) => unknown } | null;

const same = <T>(value: T): T => value;

/** A class of that name whose methods call those of the stand-in that it is made of. */
function classOf(
  name: string,
  methods: Record<string, Passing>,
  fields: string[] = [],
): new (
  stub: never,
) => object {
  const made = {
    [name]: class {
      constructor(stub: Stub) {
        stubs.set(this, stub);
        for (const field of fields) {
          Object.defineProperty(this, field, { value: stub[field], enumerable: true });
        }
      }
    },
  }[name] as new (
    stub: never,
  ) => object;
  for (const [method, passing] of Object.entries(methods)) {
    const { args: passed = same, result = same } = passing ?? {};
    Object.defineProperty(made.prototype, method, {
      configurable: true,
      writable: true,
      value: {
        [method](this: object, ...args: unknown[]): unknown {
          return result((stubs.get(this) as Stub)[method]?.(...passed(args)));
        },
      }[method],
    });
  }
  return made;
}

/** A result of the stand-in's as an instance of a class. */
const made = (of: () => new (stub: never) => object): Passing => ({
  result: (stub) => new (of())(stub as never),
});

const madeLater = (of: () => new (stub: never) => object): Passing => ({
  result: async (stub) => new (of())((await stub) as never),
});

const KvNamespace = classOf("KvNamespace", {
  get: null,
  getWithMetadata: null,
  put: null,
  delete: null,
  list: null,
});

const D1PreparedStatement = classOf("D1PreparedStatement", {
  bind: made(() => D1PreparedStatement),
  all: null,
  run: null,
  first: null,
  raw: null,
});

const D1_SOURCE: Record<string, Passing> = {
  prepare: made(() => D1PreparedStatement),
  batch: { args: ([statements, ...rest]) => [(statements as unknown[]).map(stubOf), ...rest] },
};

const D1DatabaseSession = classOf("D1DatabaseSession", { ...D1_SOURCE, getBookmark: null });

const D1Database = classOf("D1Database", {
  ...D1_SOURCE,
  exec: null,
  dump: null,
  withSession: made(() => D1DatabaseSession),
});

const R2MultipartUpload = classOf("R2MultipartUpload", { uploadPart: null, abort: null, complete: null }, [
  "uploadId",
  "key",
]);

/** Not by workerd's name: what this one gives asks workerd for every field that is read of it, some milliseconds each. */
const RemoteR2Bucket = classOf("RemoteR2Bucket", {
  head: null,
  get: null,
  put: null,
  list: null,
  delete: null,
  createMultipartUpload: madeLater(() => R2MultipartUpload),
  resumeMultipartUpload: made(() => R2MultipartUpload),
});

const WorkerQueue = classOf("WorkerQueue", { send: null, sendBatch: null, metrics: null });

/** By a binding's type, as wrangler names it. */
const CLASSES: Record<string, new (stub: never) => object> = {
  kv_namespace: KvNamespace,
  d1: D1Database,
  r2_bucket: RemoteR2Bucket,
  queue: WorkerQueue,
};

/** A stand-in as an instance of its class; as it is, where its type is none that is traced. */
export function bindingClass(type: string | undefined, stub: unknown): unknown {
  const Class = type !== undefined && Object.hasOwn(CLASSES, type) ? CLASSES[type] : undefined;
  return Class === undefined ? stub : new Class(stub as never);
}
