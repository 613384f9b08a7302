// KV namespaces and D1 databases as classes of ours around wrangler's stand-ins, which are proxies: they have no class
// that instrumentation could know them by, and take no properties of their own.

type Method = (...args: unknown[]) => unknown;
type Methods<Name extends string> = Record<Name, Method>;

class KvNamespace {
  readonly #stub: Methods<"get" | "getWithMetadata" | "put" | "delete" | "list">;

  constructor(stub: Methods<"get" | "getWithMetadata" | "put" | "delete" | "list">) {
    this.#stub = stub;
  }

  get(...args: unknown[]): unknown {
    return this.#stub.get(...args);
  }

  getWithMetadata(...args: unknown[]): unknown {
    return this.#stub.getWithMetadata(...args);
  }

  put(...args: unknown[]): unknown {
    return this.#stub.put(...args);
  }

  delete(...args: unknown[]): unknown {
    return this.#stub.delete(...args);
  }

  list(...args: unknown[]): unknown {
    return this.#stub.list(...args);
  }
}

class D1PreparedStatement {
  readonly #stub: Methods<"bind" | "all" | "run" | "first" | "raw">;

  constructor(stub: Methods<"bind" | "all" | "run" | "first" | "raw">) {
    this.#stub = stub;
  }

  /** What a batch hands to wrangler. */
  static stubOf(statement: unknown): unknown {
    return statement instanceof D1PreparedStatement ? statement.#stub : statement;
  }

  bind(...args: unknown[]): D1PreparedStatement {
    return new D1PreparedStatement(this.#stub.bind(...args) as never);
  }

  all(...args: unknown[]): unknown {
    return this.#stub.all(...args);
  }

  run(...args: unknown[]): unknown {
    return this.#stub.run(...args);
  }

  first(...args: unknown[]): unknown {
    return this.#stub.first(...args);
  }

  raw(...args: unknown[]): unknown {
    return this.#stub.raw(...args);
  }
}

class D1DatabaseSession {
  readonly #stub: Methods<"prepare" | "batch" | "getBookmark">;

  constructor(stub: Methods<"prepare" | "batch" | "getBookmark">) {
    this.#stub = stub;
  }

  prepare(...args: unknown[]): D1PreparedStatement {
    return new D1PreparedStatement(this.#stub.prepare(...args) as never);
  }

  batch(statements: unknown[], ...args: unknown[]): unknown {
    return this.#stub.batch(statements.map(D1PreparedStatement.stubOf), ...args);
  }

  getBookmark(): unknown {
    return this.#stub.getBookmark();
  }
}

class D1Database {
  readonly #stub: Methods<"prepare" | "batch" | "exec" | "dump" | "withSession">;

  constructor(stub: Methods<"prepare" | "batch" | "exec" | "dump" | "withSession">) {
    this.#stub = stub;
  }

  prepare(...args: unknown[]): D1PreparedStatement {
    return new D1PreparedStatement(this.#stub.prepare(...args) as never);
  }

  batch(statements: unknown[], ...args: unknown[]): unknown {
    return this.#stub.batch(statements.map(D1PreparedStatement.stubOf), ...args);
  }

  exec(...args: unknown[]): unknown {
    return this.#stub.exec(...args);
  }

  dump(): unknown {
    return this.#stub.dump();
  }

  withSession(...args: unknown[]): D1DatabaseSession {
    return new D1DatabaseSession(this.#stub.withSession(...args) as never);
  }
}

/** By a binding's type, as wrangler names it. */
const CLASSES: Record<string, new (stub: never) => object> = { kv_namespace: KvNamespace, d1: D1Database };

/** A stand-in as an instance of its class; as it is, where its type is none that is traced. */
export function bindingClass(type: string | undefined, stub: unknown): unknown {
  const Class = type !== undefined && Object.hasOwn(CLASSES, type) ? CLASSES[type] : undefined;
  return Class === undefined ? stub : new Class(stub as never);
}
