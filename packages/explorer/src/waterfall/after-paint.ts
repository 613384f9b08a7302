// Work that a frame need not wait for: it is done once the frame is on the screen.
import { useEffect, useState } from "react";

/**
 * Calls back when the next frame has been handed to the screen, or at once where nobody looks at the page: it then has no
 * frames. Returns what calls it off.
 */
export function afterPaint(then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  if (document.hidden) {
    timer = setTimeout(then);
    return () => clearTimeout(timer);
  }
  // A frame is drawn behind its callbacks; a timer that they set comes when that is done.
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(then);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Follows `value`, a frame behind: what is made of it does not hold up the frame that first shows it. */
export function usePainted<Value>(value: Value): Value {
  const [painted, setPainted] = useState(value);
  useEffect(
    () => (value === painted ? undefined : afterPaint(() => setPainted(() => value))),
    [value, painted],
  );
  return painted;
}
