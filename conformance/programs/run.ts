// Runs a program against the API, on whatever runtime, and checks on its way what no trace shows: who is active, what
// comes back of callbacks, what is refused. Part of the Worker of cases/programs/run.ts.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import {
  type Block,
  givenNumber,
  givenText,
  givenValue,
  type Note,
  type Program,
  type Recorded,
  type Slot,
  type Step,
  type Target,
} from "./program.ts";

/** A span as programs use it. */
interface Handle {
  readonly isTraced: boolean;
  setAttribute(key: string, value: never): unknown;
  setAttributes(attributes: never): unknown;
  setStatus(status: never): unknown;
  recordException(exception: never): unknown;
  updateName(name: never): unknown;
  end(): void;
}

export interface Api {
  enterSpan(name: string, callback: (span: Handle, token: object) => unknown, token: object): unknown;
  startActiveSpan(name: string, callback: (span: Handle) => unknown): unknown;
  startSpan(name: string): Handle;
  getActiveSpan(): Handle | undefined;
  withActiveSpan(span: never, callback: () => unknown): unknown;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** A line of execution: the handler, a branch that runs beside others, or work under waitUntil. */
interface Flow {
  /** Handles by slot. */
  slots: Map<Slot, Handle>;
  /** Spans that this flow may end and note things on: no other does. */
  own: Set<Handle>;
  /** Those of them that no callback ends. */
  started: Handle[];
}

/** Steps in the making: yields what has to be waited for. */
type Steps = Generator<unknown, void, unknown>;

class Tagged<T> extends Promise<T> {}

/** Returns what went otherwise than it must. @throws what the program leaves uncaught, if it is to leave that. */
export async function runProgram(program: Program, api: Api, context: Context): Promise<string[]> {
  const run = new Run(program, api, context);
  const root = api.getActiveSpan();
  if (root === undefined) return ["there is no root span"];
  await run.flow(program.body, root, new Map(), [root], !program.leavesErrors);
  return run.violations;
}

class Run {
  readonly violations: string[] = [];
  readonly #program: Program;
  readonly #api: Api;
  readonly #context: Context;

  constructor(program: Program, api: Api, context: Context) {
    this.#program = program;
    this.#api = api;
    this.#context = context;
  }

  async flow(
    body: Block,
    active: Handle,
    slots: Map<Slot, Handle>,
    own: Handle[],
    swallows: boolean,
  ): Promise<void> {
    const flow: Flow = { slots: new Map(slots), own: new Set(own), started: [] };
    try {
      await drive(this.#block(body, flow, active, true));
    } catch (error) {
      if (!swallows) throw error;
    } finally {
      if (this.#program.endsAll) for (const span of flow.started) span.end();
    }
  }

  *#block(block: Block, flow: Flow, active: Handle, mayWait: boolean): Steps {
    for (const step of block) {
      yield* this.#step(step, flow, active, mayWait);
      this.#check(this.#api.getActiveSpan() === active, `after ${step.do} another span is active`);
    }
  }

  *#step(step: Step, flow: Flow, active: Handle, mayWait: boolean): Steps {
    switch (step.do) {
      case "enter":
        return yield* this.#enter(step, flow, mayWait);
      case "startActive": {
        const isAsync = step.isAsync && mayWait;
        const result = this.#api.startActiveSpan(givenText(step.name) as string, (span) => {
          this.#started(span, step.slot, flow);
          return start(this.#block(step.body, flow, span, isAsync), isAsync);
        });
        if (isAsync) yield result;
        return;
      }
      case "start":
        this.#started(this.#api.startSpan(givenText(step.name) as string), step.slot, flow);
        return;
      case "with": {
        const span = flow.slots.get(step.slot);
        if (span === undefined) return;
        const isAsync = step.isAsync && mayWait;
        const result = this.#api.withActiveSpan(span as never, () =>
          start(this.#block(step.body, flow, span, isAsync), isAsync),
        );
        if (isAsync) yield result;
        return;
      }
      case "end":
        return ownTarget(step.on, flow, active)?.end();
      case "note": {
        const span = ownTarget(step.on, flow, active);
        if (span !== undefined) this.#note(step.note, span);
        return;
      }
      case "log": {
        const span = ownTarget(step.on, flow, active);
        console[step.level](span === undefined ? step.text : `${step.text} ${span.isTraced}`);
        return;
      }
      case "pause":
        if (mayWait) yield pause(step.by);
        return;
      case "callback":
        return this.#callBack(step, flow, active);
      case "callbackLater":
        if (mayWait) yield this.#callBackLater(step, flow, active);
        return;
      case "parallel":
        if (mayWait) yield this.#parallel(step.branches, flow, active);
        return;
      case "waitUntil":
        this.#context.waitUntil(this.flow(step.body, active, flow.slots, [], true));
        return;
      case "attempt":
        return yield* this.#attempt(step, flow, active, mayWait);
      case "throw":
        throw thrown(step);
    }
  }

  *#enter(step: Step & { do: "enter" }, flow: Flow, mayWait: boolean): Steps {
    const isAsync = step.isAsync && mayWait;
    const token = {};
    const thenable = new Thenable();
    const result = this.#api.enterSpan(
      givenText(step.name) as string,
      (span, argument) => {
        this.#check(argument === token, "the argument is another");
        flow.own.add(span);
        const steps = this.#block(step.body, flow, span, isAsync);
        if (!isAsync) {
          start(steps, false);
          return step.returns === "thenable" ? thenable : token;
        }
        const promise = drive(steps).then(() => token);
        if (step.returns === "ownThen") {
          // biome-ignore lint/suspicious/noThenProperty: a promise that is asked by the engine alone
          Object.defineProperty(promise, "then", { value: () => thenable.then() });
        }
        return step.returns === "subclass" ? Tagged.resolve(promise) : promise;
      },
      token,
    );
    if (isAsync) {
      this.#check(result instanceof Promise && result.constructor === Promise, "the promise is no plain one");
      this.#check((yield result) === token, "the promise's value is another");
    } else {
      this.#check(result === (step.returns === "thenable" ? thenable : token), "the value is another");
    }
    this.#check(!thenable.isAsked, "the thenable was asked");
  }

  *#attempt(step: Step & { do: "attempt" }, flow: Flow, active: Handle, mayWait: boolean): Steps {
    try {
      yield* this.#block(step.body, flow, active, mayWait);
    } catch (error) {
      if (step.caught === "record" && flow.own.has(active)) active.recordException(error as never);
      if (step.caught === "replace") throw new RangeError("replaced");
      if (step.caught !== "swallow") throw error;
    }
  }

  async #parallel(branches: Block[], flow: Flow, active: Handle): Promise<void> {
    const results = await Promise.allSettled(
      branches.map((branch) => this.flow(branch, active, flow.slots, [], false)),
    );
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** What is made here keeps the active span, whatever other one is active where it is called. */
  #callBack(step: Step & { do: "callback" }, flow: Flow, active: Handle): void {
    let failure: { error: unknown } | undefined;
    const body = () => {
      try {
        start(this.#block(step.body, flow, active, false), false);
      } catch (error) {
        failure = { error };
      }
    };
    const other = [...flow.slots.values()][0] ?? active;
    const elsewhere = <T>(call: () => T) => this.#api.withActiveSpan(other as never, call) as T;
    switch (step.via) {
      case "listener": {
        const target = new EventTarget();
        target.addEventListener("event", body);
        target.dispatchEvent(new Event("event"));
        break;
      }
      case "resource": {
        const resource = new AsyncResource("program");
        elsewhere(() => resource.runInAsyncScope(body));
        break;
      }
      case "snapshot": {
        const snapshot = AsyncLocalStorage.snapshot();
        elsewhere(() => snapshot(body));
        break;
      }
      case "bound":
        elsewhere(AsyncLocalStorage.bind(body));
        break;
      case "iterator": {
        function* steps() {
          yield body();
        }
        // A generator is the other way round: it runs where it is asked.
        elsewhere(steps).next();
      }
    }
    if (failure !== undefined) throw failure.error;
  }

  async #callBackLater(step: Step & { do: "callbackLater" }, flow: Flow, active: Handle): Promise<void> {
    const body = () => drive(this.#block(step.body, flow, active, true));
    switch (step.via) {
      case "timer":
        return new Promise((resolve, reject) => void setTimeout(() => body().then(resolve, reject), 1));
      case "microtask":
        return new Promise((resolve, reject) => queueMicrotask(() => void body().then(resolve, reject)));
      case "then":
        return Promise.resolve().then(body);
      case "stream": {
        const stream = new ReadableStream({
          async pull(controller) {
            await body();
            controller.close();
          },
        });
        await stream.getReader().read();
        return;
      }
      case "transform": {
        const { readable, writable } = new TransformStream({
          async transform(chunk, controller) {
            await body();
            controller.enqueue(chunk);
          },
        });
        // Its failure is the reader's as well.
        writable
          .getWriter()
          .write("chunk")
          .catch(() => {});
        await readable.getReader().read();
        return;
      }
      case "lazy": {
        // biome-ignore lint/suspicious/noThenProperty: an object that works once it is awaited is what it is
        const thenable = { then: (...args: Parameters<Promise<void>["then"]>) => void body().then(...args) };
        const result = this.#api.enterSpan("lazy", () => thenable, thenable);
        this.#check(result === thenable, "the thenable is another");
        await (result as typeof thenable);
        return;
      }
      case "generator": {
        async function* steps() {
          yield await body();
        }
        for await (const _ of steps());
      }
    }
  }

  #note(note: Note, span: Handle): void {
    if ("set" in note) {
      this.#attempted(() => span.setAttribute(note.set, givenValue(note.value) as never) === span);
    } else if ("setAll" in note) {
      const attributes = Object.fromEntries(note.setAll.map(([key, value]) => [key, givenValue(value)]));
      this.#attempted(() => span.setAttributes(attributes as never) === span);
    } else if ("status" in note) {
      const { status: code, message } = note;
      this.#attempted(
        () => span.setStatus({ code, ...(message !== undefined && { message }) } as never) === span,
      );
    } else if ("name" in note) {
      this.#attempted(() => span.updateName(givenText(note.name) as never) === span);
    } else {
      this.#attempted(() => span.recordException(recorded(note.exception) as never) === undefined);
    }
  }

  /** What is refused is refused by a TypeError; that it is can be seen in the trace. */
  #attempted(call: () => boolean): void {
    try {
      this.#check(call(), "a call gave something else");
    } catch (error) {
      this.#check(error instanceof TypeError, `refused with ${error}`);
    }
  }

  #started(span: Handle, slot: Slot, flow: Flow): void {
    flow.slots.set(slot, span);
    flow.own.add(span);
    flow.started.push(span);
  }

  #check(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation);
  }
}

class Thenable {
  isAsked = false;

  // biome-ignore lint/suspicious/noThenProperty: it is there to be left alone
  then(): void {
    this.isAsked = true;
  }
}

function start(steps: Steps, isAsync: boolean): unknown {
  if (isAsync) return drive(steps);
  steps.next();
  return undefined;
}

async function drive(steps: Steps): Promise<void> {
  let step = steps.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
}

function ownTarget(on: Target, flow: Flow, active: Handle): Handle | undefined {
  const span = on === "active" ? active : flow.slots.get(on);
  return span !== undefined && flow.own.has(span) ? span : undefined;
}

function pause(by: "microtask" | "timer" | "macrotask"): Promise<void> | undefined {
  if (by === "microtask") return undefined;
  return new Promise((resolve) => void setTimeout(resolve, by === "timer" ? 1 : 0));
}

function thrown({ kind, message }: Step & { do: "throw" }): unknown {
  switch (kind) {
    case "error":
      return new Error(message);
    case "typeError":
      return new TypeError(message);
    case "frozen":
      return Object.freeze(new Error(message));
    case "string":
      return message;
    case "number":
      return Number(givenNumber(message));
    case "object":
      return { code: "E_PROGRAM", message };
    case "undefined":
      return undefined;
  }
}

function recorded(exception: Recorded): unknown {
  if ("error" in exception) return new SyntaxError(exception.error);
  if ("string" in exception) return exception.string;
  return "named" in exception ? { name: "Named", message: exception.named } : exception.number;
}
