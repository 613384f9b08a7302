// The model: what a program must record, worked out step by step from semantics.md alone. Flows that run beside each other
// are taken one after another here, which is no difference: none ends or annotates another's spans.
import type { ExceptionFacts, Value as Shown, SpanNode } from "../tree.ts";
import { INVOCATION, mapTrees, renderTrees } from "../tree.ts";
import {
  type Block,
  givenNumber,
  givenText,
  type Note,
  type Program,
  type Recorded,
  type Slot,
  SPECIAL,
  type Step,
  type Target,
  type Text,
  type Value,
} from "./program.ts";

/** The rules that semantics.md calls BEYOND, and a runtime that is not ours does without. */
export interface Rules {
  /** A span that an error escapes from fails; the innermost one has an exception event. */
  errorsMarkSpans: boolean;
  /** A span that nobody ended says so. */
  unfinishedSpansSaySo: boolean;
  /** A name is never cut inside a character. */
  keepsCharacters: boolean;
}

export const OURS: Rules = { errorsMarkSpans: true, unfinishedSpansSaySo: true, keepsCharacters: true };
export const ORACLE: Rules = { errorsMarkSpans: false, unfinishedSpansSaySo: false, keepsCharacters: false };

export interface Prediction {
  /** Without the attributes of the request and the response. */
  root: SpanNode;
  isUncaught: boolean;
  logs: number;
}

interface Modelled extends SpanNode {
  parent: Modelled | undefined;
  children: Modelled[];
  isOpen: boolean;
}

interface Flow {
  slots: Map<Slot, Modelled>;
  own: Set<Modelled>;
  started: Modelled[];
}

/** An error in flight, and the spans that have an event of it. */
interface Thrown extends ExceptionFacts {
  reportedBy: Modelled[];
  /** Whether `recordException` makes an event of it. */
  isTelling: boolean;
}

/** Text of the tree in which logs of a span have no order: flows that run beside each other print as they come. */
export function renderUnordered(root: SpanNode): string {
  const order = (text: unknown) => String(text);
  return renderTrees(
    mapTrees([root], (node) => ({
      ...node,
      logs: node.logs.toSorted((a, b) => (order(a.message) < order(b.message) ? -1 : 1)),
    })),
  );
}

export function predict(program: Program, rules: Rules): Prediction {
  return new Prophet(program, rules).predict();
}

class Prophet {
  readonly #program: Program;
  readonly #rules: Rules;
  readonly #all: Modelled[] = [];
  #logs = 0;

  constructor(program: Program, rules: Rules) {
    this.#program = program;
    this.#rules = rules;
  }

  predict(): Prediction {
    const root = this.#open(INVOCATION);
    const error = this.#flow(this.#program.body, root, new Map(), [root]);
    const isUncaught = error !== undefined && this.#program.leavesErrors;
    if (isUncaught && this.#rules.errorsMarkSpans) this.#fail(root, error);
    else if (isUncaught) root.exceptions.push({ ...facts(error), type: error.stack ? error.type : "Error" });
    for (const span of this.#all) {
      if (span !== root && span.isOpen && this.#rules.unfinishedSpansSaySo) {
        span.attributes["enterspan.unfinished"] = true;
      }
    }
    return { root, isUncaught, logs: this.#logs };
  }

  /** Gives the error that leaves the flow, if one does. */
  #flow(body: Block, active: Modelled, slots: Map<Slot, Modelled>, own: Modelled[]): Thrown | undefined {
    const flow: Flow = { slots: new Map(slots), own: new Set(own), started: [] };
    const error = this.#block(body, flow, active, true);
    if (this.#program.endsAll) for (const span of flow.started) span.isOpen = false;
    return error;
  }

  #block(block: Block, flow: Flow, active: Modelled, mayWait: boolean): Thrown | undefined {
    for (const step of block) {
      const error = this.#step(step, flow, active, mayWait);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #step(step: Step, flow: Flow, active: Modelled, mayWait: boolean): Thrown | undefined {
    switch (step.do) {
      case "enter": {
        const span = this.#open(this.#name(step.name), active);
        flow.own.add(span);
        const error = this.#block(step.body, flow, span, step.isAsync && mayWait);
        if (error !== undefined && this.#rules.errorsMarkSpans) this.#fail(span, error);
        span.isOpen = false;
        return error;
      }
      case "startActive": {
        const span = this.#start(step.name, step.slot, flow, active);
        return this.#block(step.body, flow, span, step.isAsync && mayWait);
      }
      case "start":
        this.#start(step.name, step.slot, flow, active);
        return undefined;
      case "with": {
        const span = flow.slots.get(step.slot);
        return span && this.#block(step.body, flow, span, step.isAsync && mayWait);
      }
      case "end": {
        const span = ownTarget(step.on, flow, active);
        // Only the invocation ends its root.
        if (span !== undefined && span !== this.#all[0]) span.isOpen = false;
        return undefined;
      }
      case "note": {
        const span = ownTarget(step.on, flow, active);
        if (span?.isOpen) this.#note(step.note, span);
        return undefined;
      }
      case "log": {
        const span = ownTarget(step.on, flow, active);
        const message = span === undefined ? step.text : `${step.text} ${span.isOpen}`;
        active.logs.push({ level: step.level === "log" ? "info" : step.level, message });
        this.#logs++;
        return undefined;
      }
      case "pause":
        return undefined;
      case "callback":
        return this.#block(step.body, flow, active, false);
      case "callbackLater":
        if (!mayWait) return undefined;
        // The span has ended when its value is awaited, which happens where it was entered.
        if (step.via === "lazy") this.#open("lazy", active).isOpen = false;
        return this.#block(step.body, flow, active, true);
      case "parallel": {
        if (!mayWait) return undefined;
        const errors = step.branches.map((branch) => this.#flow(branch, active, flow.slots, []));
        return errors.find((error) => error !== undefined);
      }
      case "waitUntil":
        this.#flow(step.body, active, flow.slots, []);
        return undefined;
      case "attempt": {
        const error = this.#block(step.body, flow, active, mayWait);
        if (error === undefined || step.caught === "swallow") return undefined;
        if (step.caught === "replace") return raised("RangeError", "replaced");
        if (step.caught === "record" && flow.own.has(active) && active.isOpen && error.isTelling) {
          active.exceptions.push(facts(error));
          error.reportedBy.push(active);
        }
        return error;
      }
      case "throw":
        return this.#thrown(step);
    }
  }

  #thrown({ kind, message }: Step & { do: "throw" }): Thrown {
    switch (kind) {
      case "string":
        return { ...raised("", message), stack: false };
      case "number":
        return { ...raised("number", givenNumber(message)), stack: false, isTelling: false };
      case "object":
        return { ...raised("E_PROGRAM", message), stack: false };
      case "undefined":
        return { ...raised("undefined", "undefined"), stack: false, isTelling: false };
      default:
        return raised(kind === "typeError" ? "TypeError" : "Error", message);
    }
  }

  #start(name: Text, slot: Slot, flow: Flow, active: Modelled): Modelled {
    const span = this.#open(this.#name(name), active);
    flow.slots.set(slot, span);
    flow.own.add(span);
    flow.started.push(span);
    return span;
  }

  #open(name: string, parent?: Modelled): Modelled {
    const span: Modelled = {
      name,
      parent,
      attributes: {},
      status: { code: "unset" },
      exceptions: [],
      logs: [],
      children: [],
      isOpen: true,
    };
    parent?.children.push(span);
    this.#all.push(span);
    return span;
  }

  #fail(span: Modelled, error: Thrown): void {
    if (!span.isOpen) return;
    // What the program itself has said of an error stays.
    if (span.status.code !== "error" || !span.status.message) span.status = statusOf("error", error.message);
    if (error.reportedBy.some((inner) => isWithin(inner, span))) return;
    span.exceptions.push(facts(error));
    error.reportedBy.push(span);
  }

  #note(note: Note, span: Modelled): void {
    if ("set" in note) {
      const shown = shownValue(note.value);
      if (shown !== undefined && shown !== REFUSED) span.attributes[note.set] = shown;
    } else if ("setAll" in note) {
      const entries = Object.entries(Object.fromEntries(note.setAll)).map(
        ([key, value]) => [key, shownValue(value)] as const,
      );
      if (entries.some(([, shown]) => shown === REFUSED)) return;
      for (const [key, shown] of entries) if (shown !== undefined) span.attributes[key] = shown as Shown;
    } else if ("status" in note) {
      if (note.status !== "wrong") span.status = statusOf(note.status, note.message);
    } else if ("name" in note) {
      span.name = this.#name(note.name);
    } else {
      const exception = shownException(note.exception);
      if (exception !== undefined) span.exceptions.push(exception);
    }
  }

  /** At most 64 bytes of UTF-8. */
  #name(text: Text): string {
    const name = String(givenText(text));
    const bytes = new TextEncoder().encode(name);
    if (bytes.length <= 64) return name;
    // Cut inside a character, its beginning is decoded as one replacement character.
    const cut = new TextDecoder().decode(bytes.subarray(0, 64));
    return this.#rules.keepsCharacters && cut.endsWith("\ufffd") ? cut.slice(0, -1) : cut;
  }
}

const REFUSED = Symbol("refused");

function shownValue(value: Value): Shown | undefined | typeof REFUSED {
  if (value === null) return "null";
  if (typeof value !== "object") return value;
  const shown = SPECIAL[value.as].becomes.is;
  if (shown === "ignored") return undefined;
  return shown === "throws" ? REFUSED : shown;
}

function shownException(recorded: Recorded): ExceptionFacts | undefined {
  if ("error" in recorded) return { type: "SyntaxError", message: recorded.error, stack: true };
  if ("string" in recorded) return { type: "", message: recorded.string, stack: false };
  return "named" in recorded ? { type: "Named", message: recorded.named, stack: false } : undefined;
}

/** Only an error keeps its message, and OTLP cannot tell an empty one from none. */
function statusOf(code: "unset" | "ok" | "error", message?: string): SpanNode["status"] {
  return code === "error" && message ? { code, message } : { code };
}

function raised(type: string, message: string): Thrown {
  return { type, message, stack: true, reportedBy: [], isTelling: true };
}

function isWithin(span: Modelled | undefined, outer: Modelled): boolean {
  return span !== undefined && (span === outer || isWithin(span.parent, outer));
}

function facts({ type, message, stack }: Thrown): ExceptionFacts {
  return { type, message, stack };
}

function ownTarget(on: Target, flow: Flow, active: Modelled): Modelled | undefined {
  const span = on === "active" ? active : flow.slots.get(on);
  return span !== undefined && flow.own.has(span) ? span : undefined;
}
