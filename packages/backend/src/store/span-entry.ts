// Which spans begin something here: a trace, or a service's part in a trace that began elsewhere.
import { SPAN_WORD } from "@enterspan/otlp";

/** OTLP's span flags: "it is known whether the parent is remote" and "it is". */
export const REMOTE_PARENT = 0x300;

/** Whether the parent of the span in a table's row is none, or in another process. */
export const isEntry = (words: Uint32Array, at: number): boolean =>
  isRoot(words, at) || ((words[at + SPAN_WORD.flags] as number) & REMOTE_PARENT) === REMOTE_PARENT;

export const isRoot = (words: Uint32Array, at: number): boolean =>
  words[at + SPAN_WORD.parentSpanId] === 0 && words[at + SPAN_WORD.parentSpanId + 1] === 0;
