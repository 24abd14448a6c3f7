// The tenant of this host: its name, its mode and its colours.

import { useSyncExternalStore } from "react";
import type { Shape } from "../api/client.ts";

export type Tenant = Shape<"TenantView">;

const KEY = "gpb.tenant";
let known: Tenant | null = stored();
const listeners = new Set<() => void>();

function stored(): Tenant | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

export function paintBranding(tenant: Tenant | null, theme: "light" | "dark") {
  const colours = tenant?.branding?.[theme];
  for (const name of ["brand", "on_brand", "brand_soft", "brand_ink"] as const) {
    const variable = `--${name.replace("_", "-")}`;
    if (colours) document.documentElement.style.setProperty(variable, colours[name]);
    else document.documentElement.style.removeProperty(variable);
  }
}

export const knownTenant = (): Tenant | null => known;

export function learnTenant(tenant: Tenant) {
  known = tenant;
  try {
    localStorage.setItem(KEY, JSON.stringify(tenant));
  } catch {
    /* Storage is blocked: then the next page asks again. */
  }
  document.documentElement.dataset.mode = tenant.mode === "LIVE" ? "live" : "sandbox";
  paintBranding(tenant, document.documentElement.dataset.theme === "dark" ? "dark" : "light");
  listeners.forEach((listener) => listener());
}

/** Whether acts here are real; while the mode is unknown they are taken to be. */
export const useIsLive = (): boolean => useTenant()?.mode !== "SANDBOX";

/** The tenant, or null until it is known. */
export function useTenant(): Tenant | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, knownTenant);
}
