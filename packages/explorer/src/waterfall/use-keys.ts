// Listens for the waterfall's keys wherever the focus is, except where the reader types or a control needs the key.
import { useEffectEvent, useLayoutEffect } from "react";
import { type Action, actionOf } from "./keys.ts";

export function useKeys(act: (action: Action) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = actionOf(event);
    if (action === undefined || event.defaultPrevented || belongsElsewhere(event, action)) return;
    event.preventDefault();
    act(action);
  });
  // Whoever sees the rows can press keys: later, a busy browser would lose the first ones.
  useLayoutEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function belongsElsewhere(event: KeyboardEvent, action: Action): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input, textarea, select, [contenteditable], [role=listbox] *, [role=combobox]"))
    return true;
  if (target.closest("dialog") !== null) return true;
  // Enter presses the button or follows the link that has the focus; arrows move the divider.
  if (action === "open") return target.closest("button, a, summary, [role=separator]") !== null;
  if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
    return target.closest("[role=separator], [data-scrolls]") !== null;
  }
  return (action === "page-down" || action === "page-up") && target.closest("[data-scrolls]") !== null;
}
