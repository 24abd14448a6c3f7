// Puts the API's answers in the places that `page.ts` and `plans.ts` mark. What an answer lacks is
// hidden until it is there again.

import { oneOnDemandPath } from "../lib/first-offers.ts";
import { rate, usd } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import type { PlanPrice } from "../lib/plan-price.ts";
import { all, write } from "./dom.ts";
import { priceWords, yearGives } from "./plan-price.ts";

export interface Featured {
  taken_at: string;
  items: {
    family: string;
    rate_per_gpu_usd_micros_per_hour: number;
    offer: {
      provider: string;
      gpu: string;
      gpu_count: number;
      gpu_memory_gib: number;
      provider_rate_usd_micros_per_hour: number;
    };
  }[];
}
type Item = Featured["items"][number];
export interface Providers {
  items: { provider: string; offers: number; lowest_rate_usd_micros_per_hour: number | null }[];
}
export interface Plans {
  items: ({ id: string } & PlanPrice)[];
}

const MONTH_HOURS = 730;

/** A machine's cloud, memory and, where a GPU is sold with others only, how many. */
function machineOf({ provider, gpu_memory_gib: gib, gpu_count: count }: Item["offer"]): string {
  return `${cloudName(provider)}, ${gib} GB${count > 1 ? `, ${count} in one machine` : ""}`;
}

/** The cloud's own price of one GPU, which is without our fee. */
const listOf = ({ provider_rate_usd_micros_per_hour: micros, gpu_count: count }: Item["offer"]) =>
  `list ${rate(micros / count)}`;

/** The first families of the answer, in as many rows as the page has; what changed flashes. */
export function showBoard({ items }: Featured) {
  all("[data-family]").forEach((row, index) => {
    const item = items[index];
    row.hidden = !item;
    if (!item) return;
    const { family, rate_per_gpu_usd_micros_per_hour: perHour, offer } = item;
    const isNew = row.dataset.family !== family || row.dataset.rate === undefined;
    if (!isNew && row.dataset.rate !== String(perHour)) flash(row);
    row.dataset.family = family;
    row.dataset.rate = String(perHour);
    write("[data-gpu]", offer.gpu, row);
    write("[data-cloud]", machineOf(offer), row);
    write("[data-month]", usd(perHour * MONTH_HOURS, 0), row);
    write("[data-rate]", rate(perHour), row);
    write("[data-list]", listOf(offer), row);
    const link = oneOnDemandPath(offer.gpu).replace("gpu_count=1", `gpu_count=${offer.gpu_count}`);
    all("[data-link]", row)[0]?.setAttribute("href", link);
  });
}

function flash(row: HTMLElement) {
  for (const place of all("[data-rate]", row)) {
    place.classList.remove("animate-flash");
    void place.offsetWidth; // So that the animation begins again.
    place.classList.add("animate-flash");
  }
}

export function showClouds({ items }: Providers) {
  for (const place of all("[data-lowest]")) {
    const cloud = items.find(({ provider }) => provider === place.dataset.lowest);
    const lowest = cloud?.lowest_rate_usd_micros_per_hour ?? null;
    const entry = place.closest("li");
    if (entry) entry.hidden = !cloud;
    place.textContent = lowest === null ? "sold out" : rate(lowest);
  }
  const [first] = items;
  const only = items.length === 1 && first;
  write(
    "[data-clouds]",
    only ? `Every machine of ${cloudName(only.provider)}` : `${items.length} clouds`,
  );
  write("[data-clouds-title]", "The lowest price per hour at each cloud, spot machines included");
  write("[data-total]", items.reduce((sum, { offers }) => sum + offers, 0).toLocaleString("en-US"));
}

/** The API does not answer: the clouds' list prices of build time, which say so themselves. */
export function showListed() {
  for (const place of all("noscript", document.getElementById("prices") ?? document))
    place.replaceWith(place.textContent ?? "");
}

export function showPlans({ items }: Plans) {
  for (const card of all("[data-plan]")) {
    const plan = items.find(({ id }) => id === card.dataset.plan);
    card.hidden = !plan;
    if (!plan) continue;
    for (const interval of ["month", "year"] as const) {
      const { each, billed } = priceWords(plan, interval);
      write(`[data-each="${interval}"]`, each, card);
      write(`[data-billed="${interval}"]`, billed, card);
    }
  }
  write("[data-year-gives]", yearGives(items));
}
