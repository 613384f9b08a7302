// What the browser's tab and its history say.
import { useEffect } from "react";

/** `POST /orders/42 · enterspan` while the calling component is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · enterspan`;
    return () => {
      document.title = "enterspan";
    };
  }, [title]);
}
