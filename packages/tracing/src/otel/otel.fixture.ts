// What the tests of the bridge share.
import { type RecordedSpan, type Recording, record, type Shape } from "../recorder.fixture.ts";

/** As `record`, for programs that must not fail: what their expectations throw is thrown. */
export async function recorded<T>(
  ...args: Parameters<typeof record<T>>
): Promise<Recording<T> & { value: T }> {
  const recording = await record(...args);
  if (recording.result.status === "rejected") throw recording.result.reason;
  return { ...recording, value: recording.result.value };
}

/**
 * Names only, nested, siblings in the order they were opened: spans of different scopes travel apart, and ids are
 * counted up.
 */
export function openedShape(span: RecordedSpan | undefined): Shape | undefined {
  return span && [span.name, ...inOrder(span).map((child) => openedShape(child) as Shape)];
}

export function inOrder(span: RecordedSpan): RecordedSpan[] {
  return span.children.toSorted((a, b) => (a.wire.spanId < b.wire.spanId ? -1 : 1));
}
