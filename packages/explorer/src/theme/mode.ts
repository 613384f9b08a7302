// Light, dark, or as the system has it. public/theme.js sets the mode before the first paint, with the same key.
import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const KEY = "enterspan.theme";
const listeners = new Set<() => void>();
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
systemDark.addEventListener("change", () => apply(current));

/** "system" where nothing is stored, or storage is forbidden. */
function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function apply(choice: ThemeChoice): void {
  const isDark = choice === "dark" || (choice === "system" && systemDark.matches);
  document.documentElement.dataset.mode = isDark ? "dark" : "light";
  for (const listener of listeners) listener();
}

/** Where storage is forbidden the choice holds until the page is left. */
let current = readChoice();

function choose(choice: ThemeChoice): void {
  current = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // See `current`.
  }
  apply(choice);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useTheme(): readonly [ThemeChoice, (choice: ThemeChoice) => void] {
  return [useSyncExternalStore(subscribe, () => current), choose];
}
