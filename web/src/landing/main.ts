// The landing page's scripts: the frame of `brand.ts`, and the prices of now.

import { ago } from "../lib/time.ts";
import { read } from "./brand.ts";
import { all, write } from "./dom.ts";
import {
  type Featured,
  type Plans,
  type Providers,
  showBoard,
  showClouds,
  showListed,
  showPlans,
} from "./fresh.ts";

const REFRESH_MS = 60_000;
/** Prices that were read longer ago than this are not called "now". */
const FRESH_MS = 15 * 60_000;

let taken: string | null = null;

async function refresh() {
  const [featured, providers] = await Promise.all([
    read<Featured>("/providers/featured"),
    read<Providers>("/providers"),
  ]);
  showBoard(featured);
  showClouds(providers);
  taken = featured.taken_at;
}

/** How old the prices are: when the market was read, not when this page asked. */
function tell() {
  if (taken === null) return;
  const isFresh = Date.now() - Date.parse(taken) < FRESH_MS;
  write("[data-taken]", `updated ${ago(taken, Date.now())}`);
  all("[data-dot]").forEach((dot) => {
    dot.classList.toggle("bg-ok", isFresh);
    dot.classList.toggle("bg-line2", !isFresh);
  });
}

async function keepFresh() {
  await refresh().catch(() => {
    if (taken === null) showListed();
  });
  tell();
  setTimeout(() => void keepFresh(), REFRESH_MS);
}

setInterval(tell, 1_000);
read<Plans>("/billing/plans").then(showPlans, () => undefined);
void keepFresh();
