// Light or dark: the choice made in this browser, or else the system's preference. `boot.js` sets
// it first.

import { useSyncExternalStore } from "react";
import { knownTenant, paintBranding } from "./tenant.ts";

export type Theme = "light" | "dark";

const listeners = new Set<() => void>();

export const theme = (): Theme =>
  document.documentElement.dataset.theme === "dark" ? "dark" : "light";

export function setTheme(next: Theme) {
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("gpb.theme", next);
  } catch {
    /* Storage is blocked: the choice lasts as long as the page. */
  }
  paintBranding(knownTenant(), next);
  listeners.forEach((listener) => listener());
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
