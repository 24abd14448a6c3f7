// What every page without React needs scripts for: the tenant's name and colours, the theme, and
// whether somebody is signed in.

import "@fontsource-variable/inter/index.css";
import "../styles.css";
import { all, write } from "./dom.ts";

interface Palette {
  brand: string;
  on_brand: string;
  brand_soft: string;
  brand_ink: string;
}
interface Tenant {
  name: string;
  mode: string;
  branding: { logo_path: string | null; light: Palette; dark: Palette } | null;
}

const root = document.documentElement;
const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const store = (key: string, value: string) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* Storage is blocked. */
  }
};

/** Asks the API, whose answers here are for everyone. */
export async function read<T>(path: string): Promise<T> {
  const response = await fetch(`/api/v2${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function paint({ branding }: Pick<Tenant, "branding">) {
  const colours = branding?.[root.dataset.theme === "dark" ? "dark" : "light"];
  for (const name of ["brand", "on_brand", "brand_soft", "brand_ink"] as const) {
    const variable = `--${name.replace("_", "-")}`;
    if (colours) root.style.setProperty(variable, colours[name]);
    else root.style.removeProperty(variable);
  }
}

let tenant: Tenant | null = null;

function brand(known: Tenant) {
  tenant = known;
  root.dataset.mode = known.mode === "LIVE" ? "live" : "sandbox";
  paint(known);
  if (!known.branding) return;
  write("[data-name]", known.name);
  document.title = document.title.replace("GPUBROKER", known.name);
  const logo = known.branding.logo_path;
  if (logo)
    all("[data-mark]").forEach((place) =>
      place.replaceChildren(Object.assign(new Image(24, 24), { src: logo, alt: "" })),
    );
}

try {
  const known: Tenant | null = JSON.parse(stored("gpb.tenant") ?? "null");
  if (known) brand(known);
} catch {
  /* What is stored cannot be read: the answer below replaces it. */
}
read<Tenant>("/tenant").then(
  (known) => {
    store("gpb.tenant", JSON.stringify(known));
    brand(known);
  },
  () => undefined,
);
if (stored("gpb.session") === "1") {
  write("[data-start]", "Open the console");
  all("[data-start]").forEach((link) => link.setAttribute("href", "/overview"));
  all("[data-login]").forEach((link) => link.remove());
}
for (const button of all("[data-theme-button]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    store("gpb.theme", root.dataset.theme);
    if (tenant) paint(tenant);
  });
}
