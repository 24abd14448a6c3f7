// Puts the API's prices in the places that `page.ts` and `index-page.ts` mark.

import { all, write } from "../landing/dom.ts";
import { rate } from "../lib/money.ts";
import {
  byPrice,
  cheapest,
  cloudsOf,
  fromWords,
  modelsIn,
  perGpu,
  PRICES_ID,
  type Row,
  summed,
} from "./models.ts";
import { tables } from "./tables.ts";

/** The part of an answer of `GET /offers` that is read here. */
export interface OffersPage {
  taken_at: string;
  items: { offer: Row }[];
  next_cursor?: string | null;
}

export const rowsOf = ({ items }: Pick<OffersPage, "items">): Row[] =>
  items.map(({ offer }) => ({
    provider: offer.provider,
    gpu: offer.gpu,
    gpu_count: offer.gpu_count,
    gpu_memory_gib: offer.gpu_memory_gib,
    spot: offer.spot,
    rate_usd_micros_per_hour: offer.rate_usd_micros_per_hour,
  }));

function figure(article: HTMLElement, name: string, row: Row | undefined) {
  for (const place of all(`[data-figure="${name}"]`, article)) {
    place.textContent = row ? rate(perGpu(row)) : "none in stock";
    place.classList.toggle("text-mute", !row);
  }
}

/** A GPU's page: its figures, its tables, and what search engines read. */
export function showPrices(article: HTMLElement, found: readonly Row[], broker: string) {
  const rows = byPrice(found);
  const page = {
    name: article.dataset.gpu ?? "",
    models: modelsIn(article.dataset.models),
  };
  figure(article, "on-demand", cheapest(rows, false));
  figure(article, "spot", cheapest(rows, true));
  write('[data-figure="clouds"]', String(cloudsOf(rows)), article);
  for (const place of all("[data-prices]", article)) {
    place.innerHTML =
      rows.length > 0
        ? tables(page, rows).text
        : '<p class="card p-6 text-center text-read text-mute">None in stock here right now.</p>';
  }
  restate(rows, broker);
  arrived(article);
}

/** The prices that search engines read, made those of this broker. */
function restate(rows: readonly Row[], broker: string) {
  const place = document.getElementById(PRICES_ID);
  if (!place) return;
  if (rows.length === 0) {
    place.remove();
    return;
  }
  const data = JSON.parse(place.textContent ?? "{}");
  data.description = data.description.replace(/List prices.*$/, `Prices at ${broker}, now.`);
  data.offers = { ...summed(rows), seller: { "@type": "Organization", name: broker } };
  place.textContent = JSON.stringify(data);
}

/** The list of GPUs: the lowest price of one of each. */
export function showIndex(article: HTMLElement, found: readonly Row[]) {
  const rows = byPrice(found);
  for (const place of all("[data-from]", article)) {
    const models = modelsIn(place.dataset.from);
    const own = rows.filter(({ gpu }) => models.includes(gpu));
    place.classList.toggle("text-mute", own.length === 0);
    place.textContent = fromWords(own);
  }
}

/** The API does not answer: the clouds' list prices of build time, which say so themselves. */
export function showListed(article: HTMLElement) {
  // What is in a `noscript` is text here, written by us and escaped.
  for (const place of all("noscript", article)) place.outerHTML = place.textContent ?? "";
  arrived(article);
}

const arrived = (article: HTMLElement) =>
  all("[data-waiting]", article).forEach((place) => place.remove());
