// Puts the API's answers in the places that `page.ts` and `plans.ts` mark. What an answer lacks is
// hidden until it is there again: its price from build time is not a current one.

import { rate, usd } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import type { PlanPrice } from "../lib/plan-price.ts";
import { priceWords, yearGives } from "./plan-price.ts";

export interface Featured {
  taken_at: string;
  items: {
    family: string;
    rate_per_gpu_usd_micros_per_hour: number;
    offer: { provider: string; gpu: string; gpu_memory_gib: number };
  }[];
}
export interface Providers {
  items: { provider: string; offers: number; lowest_rate_usd_micros_per_hour: number | null }[];
}
export interface Plans {
  items: ({ id: string } & PlanPrice)[];
}

export const all = (selector: string, within: ParentNode = document) => [
  ...within.querySelectorAll<HTMLElement>(selector),
];
export const write = (selector: string, text: string, within?: ParentNode) =>
  all(selector, within).forEach((place) => {
    if (place.textContent !== text) place.textContent = text;
  });

/** The first families of the answer, in as many rows as the page has. */
export function showBoard({ items }: Featured) {
  all("[data-family]").forEach((row, index) => {
    const item = items[index];
    row.hidden = !item;
    if (!item) return;
    const { family, rate_per_gpu_usd_micros_per_hour: perHour, offer } = item;
    row.dataset.family = family;
    write("[data-gpu]", offer.gpu, row);
    write("[data-cloud]", `${cloudName(offer.provider)}, ${offer.gpu_memory_gib} GB`, row);
    write("[data-month]", usd(perHour * 730, 0), row);
    write("[data-rate]", rate(perHour), row);
    all("[data-link]", row)[0]?.setAttribute(
      "href",
      `/offers?gpu=${encodeURIComponent(offer.gpu)}`,
    );
  });
}

export function showClouds({ items }: Providers) {
  for (const place of all("[data-lowest]")) {
    const cloud = items.find(({ provider }) => provider === place.dataset.lowest);
    const lowest = cloud?.lowest_rate_usd_micros_per_hour ?? null;
    const entry = place.closest("li");
    if (entry) entry.hidden = !cloud;
    place.textContent = lowest === null ? "" : rate(lowest);
  }
  write("[data-clouds]", items.length === 1 ? "1 cloud" : `${items.length} clouds`);
  write("[data-total]", items.reduce((sum, { offers }) => sum + offers, 0).toLocaleString("en-US"));
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
