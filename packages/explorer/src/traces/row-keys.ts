// j and k, or the arrows, go from row to row of a list, wherever the focus is but where one types or a control needs them.
import { type RefObject, useEffect } from "react";

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const TAKEN = "input, textarea, select, dialog, [role=combobox], [role=listbox], [role=application]";

/** @param links finds the links of the rows that exist in the page, in any order */
export function useRowKeys(list: RefObject<HTMLElement | null>, links: string): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (event.target instanceof Element && event.target.closest(TAKEN) !== null) return;
      const rows = [...(list.current?.querySelectorAll<HTMLElement>(links) ?? [])];
      // Rows are placed by their position: where they stand among each other in the page says nothing.
      const top = (row: HTMLElement): number => row.getBoundingClientRect().top;
      rows.sort((a, b) => top(a) - top(b));
      const at = rows.indexOf(document.activeElement as HTMLElement);
      const listTop = list.current?.getBoundingClientRect().top ?? 0;
      const next = at >= 0 ? rows[at + step] : rows.find((row) => top(row) >= listTop);
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list, links]);
}
