// The landing page, written out at build time from the shipped prices and plans, so that it can be
// read without JavaScript. What only a broker's own host knows, its prices above all, `main.ts`
// puts in; without scripts the clouds' list prices stand there, which are no broker's.

import { FIRST_OFFERS, oneOnDemandPath } from "../lib/first-offers.ts";
import { rate } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import { date } from "../lib/time.ts";
import { ARROW, BUTTON, framed, listed } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { plansSection, type PlanSeed } from "./plans.ts";
import { steps } from "./steps.ts";

/** What `make openapi` writes to `board.json`: the shipped market as the API would show it. */
export interface Board {
  as_of: string;
  featured: {
    family: string;
    offer: {
      provider: string;
      gpu: string;
      gpu_count: number;
      gpu_memory_gib: number;
      provider_rate_usd_micros_per_hour: number;
    };
  }[];
  providers: { provider: string }[];
}

const ALL_OFFERS =
  "flex items-center justify-center gap-2 border-t border-line py-3 font-medium " +
  "text-brand-ink hover:bg-sunk";
const HERO =
  "mx-auto grid max-w-[1152px] items-center gap-10 px-4 pt-10 pb-16 " +
  "md:px-6 lg:grid-cols-[minmax(0,1fr)_460px] lg:gap-16 lg:pt-16 lg:pb-20";
const PRIMARY = `${BUTTON} border-transparent bg-brand text-on-brand hover:brightness-110`;
const PLAIN = `${BUTTON} border-line2 bg-surface hover:bg-sunk`;

const boardRow = ({ family, offer }: Board["featured"][number]): Html => {
  const perGpu = offer.provider_rate_usd_micros_per_hour / offer.gpu_count;
  return html` <tr data-family="${family}" class="border-t border-line">
    <th scope="row" class="py-2.5 pl-4 text-left font-normal">
      <a class="block rounded-sm hover:underline" href="${oneOnDemandPath(offer.gpu)}" data-link
        ><span class="block text-read font-semibold" data-gpu>${offer.gpu}</span
        ><span class="block min-h-[18px] text-label text-mute" data-cloud
          >${listed(`${cloudName(offer.provider)}, ${offer.gpu_memory_gib} GB`)}</span
        ></a
      >
    </th>
    <td class="num px-2 text-right text-mute max-sm:hidden" data-month></td>
    <td class="num py-2.5 pr-4 text-right">
      <span class="block min-h-6 text-read font-semibold" data-rate>${listed(rate(perGpu))}</span
      ><span class="block min-h-[18px] text-label text-mute" data-list
        >${listed("list price")}</span
      >
    </td>
  </tr>`;
};

const boardHead = (board: Board): Html =>
  html` <header class="flex flex-wrap items-center justify-between gap-x-3 px-4 py-3">
    <h2 id="prices-title" class="flex items-center gap-2 font-semibold">
      <span aria-hidden="true" class="size-2 rounded-full bg-line2" data-dot></span
      ><span data-board-title>Best price on demand</span>
    </h2>
    <p class="num min-h-[18px] text-label text-mute" data-taken>
      ${listed(`list prices of ${date(board.as_of)}`)}
    </p>
  </header>`;

const boardTable = (board: Board): Html =>
  html` <table class="w-full border-t border-line">
    <caption class="sr-only">
      The lowest price of one GPU of each kind, on demand and in stock
    </caption>
    <thead>
      <tr class="text-label text-mute">
        <th scope="col" class="py-2 pl-4 text-left font-normal">GPU</th>
        <th scope="col" class="w-24 px-2 text-right font-normal max-sm:hidden">Per month</th>
        <th scope="col" class="w-28 pr-4 text-right font-normal">Per hour</th>
      </tr>
    </thead>
    <tbody>
      ${board.featured.slice(0, 7).map(boardRow)}
    </tbody>
  </table>`;

const priceBoard = (board: Board): Html =>
  html` <section
    id="prices"
    aria-labelledby="prices-title"
    class="card min-w-0 scroll-mt-8 overflow-hidden shadow-float"
  >
    ${boardHead(board)}${boardTable(board)}
    <a href="/offers" class="${ALL_OFFERS}"
      ><span>All <span class="num" data-total></span> offers</span>${ARROW}</a
    >
  </section>`;

const hero = (board: Board): Html =>
  html` <div class="${HERO}">
    <div class="min-w-0">
      <h1 class="text-hero font-semibold tracking-tight">Every GPU cloud. One price board.</h1>
      <p class="mt-5 max-w-lg text-card text-mute">
        <span data-clouds>Many clouds</span> in one list, ranked by price, memory, speed and stock.
        Pick a machine, see every part of what an hour costs, and deploy.
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
      <h2 id="clouds-title" class="mb-4 text-label text-mute" data-clouds-title>
        Clouds on the public price lists
      </h2>
      <ul class="grid grid-cols-2 gap-x-6 gap-y-2.5 sm:grid-cols-3 lg:grid-cols-6">
        ${board.providers.map(
          ({ provider }) =>
            html` <li class="min-w-0">
              <a
                href="/offers?provider=${encodeURIComponent(provider)}"
                class="group flex items-baseline justify-between gap-2 rounded-sm py-1"
                ><span class="min-w-0 font-medium group-hover:underline"
                  >${cloudName(provider)}</span
                ><span class="num text-label text-mute" data-lowest="${provider}"></span
              ></a>
            </li>`,
        )}
      </ul>
    </div>
  </section>`;

const LINKS = [
  { href: "#prices", label: "Prices" },
  { href: "#how", label: "How it works" },
  { href: "#plans", label: "Plans" },
  { href: "/docs.html", label: "Docs" },
];

/** The whole body of the landing page. */
export const landing = (board: Board, plans: readonly PlanSeed[]): string =>
  framed(html`${hero(board)}${clouds(board)}${steps}${plansSection(plans)}`, LINKS);
