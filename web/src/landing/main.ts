// The little that the landing page does: the prices of now, the tenant's name and colours, the theme.

import "@fontsource-variable/inter/index.css";
import "../styles.css";
import { rate, usd } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import { ago } from "../lib/time.ts";

interface Palette { brand: string; on_brand: string; brand_soft: string; brand_ink: string }
interface Tenant { name: string; mode: string; branding: ({ logo_path: string | null; light: Palette; dark: Palette }) | null }
interface Featured { taken_at: string; items: { family: string; rate_per_gpu_usd_micros_per_hour: number; offer: { provider: string; gpu: string; gpu_memory_gib: number } }[] }
interface Providers { items: { provider: string; offers: number; lowest_rate_usd_micros_per_hour: number | null }[] }

const REFRESH_MS = 60_000;
const root = document.documentElement;
const stored = (key: string): string | null => { try { return localStorage.getItem(key); } catch { return null; } };
const store = (key: string, value: string) => { try { localStorage.setItem(key, value); } catch { /* Storage is blocked. */ } };
const all = (selector: string, within: ParentNode = document) => [...within.querySelectorAll<HTMLElement>(selector)];
const write = (selector: string, text: string, within?: ParentNode) => all(selector, within).forEach((place) => { if (place.textContent !== text) place.textContent = text; });

async function read<T>(path: string): Promise<T> {
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
  document.title = `${known.name}: every GPU cloud, one price board`;
  const logo = known.branding.logo_path;
  if (logo) all("[data-mark]").forEach((place) => place.replaceChildren(Object.assign(new Image(24, 24), { src: logo, alt: "" })));
}

let taken: string | null = null;

async function refresh() {
  const [{ taken_at: takenAt, items }, providers] = await Promise.all([read<Featured>("/providers/featured"), read<Providers>("/providers")]);
  for (const { family, rate_per_gpu_usd_micros_per_hour: perHour, offer } of items) {
    const row = all(`[data-family="${CSS.escape(family)}"]`)[0];
    if (!row) continue;
    write("[data-gpu]", offer.gpu, row);
    write("[data-cloud]", `${cloudName(offer.provider)}, ${offer.gpu_memory_gib} GB`, row);
    write("[data-month]", usd(perHour * 730, 0), row);
    write("[data-rate]", rate(perHour), row);
    all("[data-link]", row)[0]?.setAttribute("href", `/offers?gpu=${encodeURIComponent(offer.gpu)}`);
  }
  for (const { provider, lowest_rate_usd_micros_per_hour: lowest } of providers.items) {
    if (lowest !== null) write(`[data-lowest="${CSS.escape(provider)}"]`, rate(lowest));
  }
  write("[data-total]", providers.items.reduce((sum, { offers }) => sum + offers, 0).toLocaleString("en-US"));
  taken = takenAt;
}

const tell = () => {
  if (taken) write("[data-taken]", `updated ${ago(taken, Date.now())}`);
};

async function keepFresh() {
  // Without an answer the prices that are there stay, with their date.
  await refresh().catch(() => undefined);
  tell();
  setTimeout(() => void keepFresh(), REFRESH_MS);
}

try {
  const known: Tenant | null = JSON.parse(stored("gpb.tenant") ?? "null");
  if (known) brand(known);
} catch { /* Nonsense is stored: the answer below replaces it. */ }
read<Tenant>("/tenant").then((known) => {
  store("gpb.tenant", JSON.stringify(known));
  brand(known);
}, () => undefined);
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
setInterval(tell, 5_000);
void keepFresh();
