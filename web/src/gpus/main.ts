// The scripts of the pages of GPUs: the frame of `brand.ts`, and the broker's prices of now.

import { read } from "../landing/brand.ts";
import { all, write } from "../landing/dom.ts";
import { ago } from "../lib/time.ts";
import { type OffersPage, rowsOf, showIndex, showListed, showPrices } from "./fresh.ts";
import type { Row } from "./models.ts";

const REFRESH_MS = 60_000;
/** The list needs every machine there is, which is much to read. */
const LIST_REFRESH_MS = 600_000;
const LIMIT = 100;
/** More rows than so many pages have are no list that anyone reads. */
const PAGES_MAX = 8;

let taken: string | null = null;

/** The rows that match, page by page, and when they were read. */
async function offers(query: Record<string, string>): Promise<{ rows: Row[]; takenAt: string }> {
  const rows: Row[] = [];
  let cursor: string | null | undefined;
  let takenAt = "";
  for (let pages = 0; pages < PAGES_MAX && cursor !== null; pages += 1) {
    const asked = new URLSearchParams({ ...query, limit: String(LIMIT) });
    if (cursor) asked.set("cursor", cursor);
    const page = await read<OffersPage>(`/offers?${asked}`);
    rows.push(...rowsOf(page));
    takenAt = page.taken_at;
    cursor = page.next_cursor ?? null;
  }
  return { rows, takenAt };
}

/** What is asked on every page: whole GPUs, the cheapest machines first. */
const ASKED = { gpu_count_min: "1", spot: "any", sort: "price_asc" };

async function refresh(article: HTMLElement) {
  const { gpu } = article.dataset;
  const { rows, takenAt } = await offers(
    gpu === undefined ? { ...ASKED, group: "machine" } : { ...ASKED, group: "cloud", gpu },
  );
  // Somebody is in the table: nothing may move there before they have left it.
  if (
    taken !== null &&
    all("[data-prices]", article).some((place) => place.matches(":focus-within"))
  )
    return;
  const broker = all("[data-name]")[0]?.textContent ?? "";
  if (gpu === undefined) showIndex(article, rows);
  else showPrices(article, rows, broker);
  taken = takenAt;
}

/** Whose prices they are, and how old: when the market was read, not when this page asked. */
function tell() {
  if (taken !== null)
    write("[data-taken]", `Prices include our fee, read ${ago(taken, Date.now())}.`);
}

async function keepFresh(article: HTMLElement) {
  await refresh(article).catch(() => {
    if (taken === null) showListed(article);
  });
  tell();
  const isList = article.dataset.gpu === undefined;
  setTimeout(() => void keepFresh(article), isList ? LIST_REFRESH_MS : REFRESH_MS);
}

setInterval(tell, 1_000);
for (const article of all("[data-gpu], [data-gpus]")) void keepFresh(article);
