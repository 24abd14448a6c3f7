// The landing page, written out at build time from the shipped prices and plans, so that it can be
// read without JavaScript. `main.ts` replaces them with current prices.

import { FIRST_OFFERS } from "../lib/first-offers.ts";
import { rate, usd } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import { date } from "../lib/time.ts";
import { html, type Html } from "./html.ts";
import { plansSection, type PlanSeed } from "./plans.ts";
import { steps } from "./steps.ts";

/** What `make openapi` writes to `board.json`: the shipped market as the API would show it. */
export interface Board {
  as_of: string;
  featured: {
    family: string;
    rate_per_gpu_usd_micros_per_hour: number;
    offer: { provider: string; gpu: string; gpu_memory_gib: number };
  }[];
  providers: { provider: string; offers: number; lowest_rate_usd_micros_per_hour: number | null }[];
  offers_total: number;
  regions_total: number;
}

const MONTH_HOURS = 730;
const ARROW = html`<svg
  width="14"
  height="14"
  viewBox="0 0 16 16"
  fill="none"
  stroke="currentColor"
  stroke-width="1.6"
  aria-hidden="true"
>
  <path d="M3 8h10M9 4l4 4-4 4" />
</svg>`;
export const MARK = html`<svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="7" class="fill-ink" />
  <path d="M8 18h4v7H8zm6-6h4v13h-4zm6-5h4v18h-4z" class="fill-bg" />
</svg>`;

const BUTTON =
  "inline-flex items-center justify-center gap-2 rounded-control border font-medium " +
  "whitespace-nowrap transition-colors duration-150";
const THEME_BUTTON =
  "inline-flex size-9 items-center justify-center rounded-control text-mute " +
  "hover:bg-sunk hover:text-ink";
const ALL_OFFERS =
  "flex items-center justify-center gap-2 border-t border-line py-3 font-medium " +
  "text-brand-ink hover:bg-sunk";
const HERO =
  "mx-auto grid max-w-[1152px] items-center gap-10 px-4 pt-10 pb-16 " +
  "md:px-6 lg:grid-cols-[1fr_460px] lg:gap-16 lg:pt-16 lg:pb-20";
const STRIP =
  "hidden bg-warn-soft px-4 py-1.5 text-center text-label text-warn " +
  "in-data-[mode=sandbox]:block";
const PRIMARY = `${BUTTON} border-transparent bg-brand text-on-brand hover:brightness-110`;
const PLAIN = `${BUTTON} border-line2 bg-surface hover:bg-sunk`;

const header = html` <header
  class="mx-auto flex h-16 max-w-[1152px] items-center gap-4 px-4 md:gap-8 md:px-6"
>
  <a href="/" class="flex items-center gap-2.5 rounded-sm text-read font-semibold"
    ><span data-mark>${MARK}</span><span data-name>GPUBROKER</span></a
  >
  <nav aria-label="Page" class="hidden gap-6 text-mute md:flex">
    <a class="hover:text-ink" href="#prices">Prices</a
    ><a class="hover:text-ink" href="#how">How it works</a
    ><a class="hover:text-ink" href="#plans">Plans</a>
  </nav>
  <div class="ml-auto flex items-center gap-1 md:gap-2">
    <button
      type="button"
      data-theme-button
      hidden
      class="${THEME_BUTTON}"
      aria-label="Change between light and dark"
    >
      <svg
        width="17"
        height="17"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        <path d="M20 13.5A8 8 0 1 1 10.500 4 6.500 6.500 0 0 0 20 13.500z" />
      </svg>
    </button>
    <a
      data-login
      class="${BUTTON} h-9 border-transparent px-2 text-mute hover:text-ink md:px-3"
      href="/login"
      >Sign in</a
    >
    <a
      data-start
      class="${BUTTON} h-9 border-transparent bg-ink px-3.5 text-bg hover:opacity-90"
      href="/register"
      >Get started</a
    >
  </div>
</header>`;

const boardRow = ({
  family,
  rate_per_gpu_usd_micros_per_hour: perHour,
  offer,
}: Board["featured"][number]): Html =>
  html` <tr data-family="${family}" class="border-t border-line">
    <th scope="row" class="py-2.5 pl-4 text-left font-normal">
      <a
        class="block rounded-sm hover:underline"
        href="/offers?gpu=${encodeURIComponent(offer.gpu)}"
        data-link
        ><span class="block text-read font-semibold" data-gpu>${offer.gpu}</span
        ><span class="text-label text-mute" data-cloud
          >${cloudName(offer.provider)}, ${offer.gpu_memory_gib} GB</span
        ></a
      >
    </th>
    <td class="num px-2 text-right text-mute max-sm:hidden" data-month>
      ${usd(perHour * MONTH_HOURS, 0)}
    </td>
    <td class="num py-2.5 pr-4 text-right text-read font-semibold" data-rate>${rate(perHour)}</td>
  </tr>`;

const priceBoard = (board: Board): Html =>
  html` <section
    id="prices"
    aria-labelledby="prices-title"
    class="card scroll-mt-8 overflow-hidden shadow-float"
  >
    <header class="flex items-center justify-between gap-3 px-4 py-3">
      <h2 id="prices-title" class="flex items-center gap-2 font-semibold">
        <span aria-hidden="true" class="size-2 rounded-full bg-ok" data-dot></span>Best price now
      </h2>
      <p class="num text-label text-mute" data-taken>listed ${date(board.as_of)}</p>
    </header>
    <table class="w-full border-t border-line">
      <caption class="sr-only">
        The cheapest machine in stock for each GPU, price of one GPU
      </caption>
      <thead>
        <tr class="text-label text-mute">
          <th scope="col" class="py-2 pl-4 text-left font-normal">GPU</th>
          <th scope="col" class="px-2 text-right font-normal max-sm:hidden">Per month</th>
          <th scope="col" class="pr-4 text-right font-normal">Per hour</th>
        </tr>
      </thead>
      <tbody>
        ${board.featured.slice(0, 7).map(boardRow)}
      </tbody>
    </table>
    <a href="/offers" class="${ALL_OFFERS}"
      ><span
        >All
        <span class="num" data-total>${board.offers_total.toLocaleString("en-US")}</span>
        offers</span
      >${ARROW}</a
    >
  </section>`;

const hero = (board: Board): Html =>
  html` <div class="${HERO}">
    <div>
      <h1 class="text-hero font-semibold tracking-tight">Every GPU cloud. One price board.</h1>
      <p class="mt-5 max-w-lg text-card text-mute">
        <span data-clouds>${board.providers.length} clouds</span> side by side, ranked by price,
        memory, speed and stock. Pick a machine, see every part of what an hour costs, and deploy.
      </p>
      <div class="mt-7 flex flex-wrap gap-3">
        <a class="${PRIMARY} h-11 px-5 text-read" href="${FIRST_OFFERS}">Find a GPU ${ARROW}</a
        ><a class="${PLAIN} h-11 px-5 text-read" href="#plans">See plans</a>
      </div>
      <p class="mt-4 max-w-lg text-mute">
        No charge until the machine answers and you activate it. The price you saw is the price you
        pay.
      </p>
    </div>
    ${priceBoard(board)}
  </div>`;

const clouds = (board: Board): Html =>
  html` <section aria-labelledby="clouds-title" class="border-y border-line">
    <div class="mx-auto max-w-[1152px] px-4 py-8 md:px-6">
      <h2 id="clouds-title" class="mb-4 text-label text-mute">
        Prices from <span data-clouds>${board.providers.length} clouds</span>, the cheapest machine
        of each
      </h2>
      <ul class="grid grid-cols-2 gap-x-8 gap-y-2.5 sm:grid-cols-3 lg:grid-cols-6">
        ${board.providers.map(
          ({ provider, lowest_rate_usd_micros_per_hour: lowest }) =>
            html` <li>
              <a
                href="/offers?provider=${encodeURIComponent(provider)}"
                class="group flex items-baseline justify-between gap-2 rounded-sm py-1"
                ><span class="font-medium group-hover:underline">${cloudName(provider)}</span
                ><span class="num text-label text-mute" data-lowest="${provider}"
                  >${lowest !== null && rate(lowest)}</span
                ></a
              >
            </li>`,
        )}
      </ul>
    </div>
  </section>`;

const footer = html` <footer class="border-t border-line">
  <div class="mx-auto flex max-w-[1152px] flex-wrap gap-x-8 gap-y-2 px-4 py-8 text-mute md:px-6">
    <span data-name>GPUBROKER</span><a class="hover:text-ink" href="/offers">Browse GPUs</a
    ><a class="hover:text-ink" href="#plans">Plans</a
    ><a class="hover:text-ink" href="/openapi.json">API</a>
    <span class="ml-auto"
      >Listed prices come from public sources and are replaced by live ones as they arrive.</span
    >
  </div>
</footer>`;

/** The whole body of the landing page. */
export function landing(board: Board, plans: readonly PlanSeed[]): string {
  return html` <a href="#main" class="skip-link">Skip to the content</a>
    <section aria-label="Mode" class="${STRIP}">
      <p>
        <strong class="mr-2 font-semibold">SANDBOX</strong>Simulated clouds, free credit, no charge.
      </p>
    </section>
    ${header}
    <main id="main" tabindex="-1">
      ${hero(board)}${clouds(board)}${steps}${plansSection(plans)}
    </main>
    ${footer}`.text;
}
